package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import java.util.Set;

/**
 * A key that xl 4.20 knows.
 *
 * @param types the guest types for which xl looks at it
 * @param support what jxl does with it
 * @param defaults values that say what holds anyway: they change nothing, whoever reads them
 * @param note for the message; may be empty
 */
record XlKey(String name, Set<GuestType> types, Support support, Set<String> defaults, String note) {
    XlKey {
        types = Set.copyOf(types);
        defaults = Set.copyOf(defaults);
    }

    /** What jxl does with a key. */
    enum Support {
        /** Read. */
        READ,
        /** Not supported yet; the guest is the same without it, only how the host treats it differs. */
        NOT_SEEN_BY_GUEST,
        /** Not supported yet; the guest would not be what the file asks for. */
        CHANGES_GUEST,
        /** xl itself does nothing with it. */
        IGNORED_BY_XL
    }

    /** Whether this value, as text, says what holds anyway. */
    boolean saysNothing(XlValue value) {
        return switch (value) {
            case XlValue.Text text -> defaults.contains(text.text());
            case XlValue.Items list -> list.items().isEmpty();
        };
    }
}
