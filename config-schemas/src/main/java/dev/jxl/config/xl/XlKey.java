package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import dev.jxl.config.XenVersion;
import java.util.Set;

/**
 * A key that xl knows.
 *
 * @param types the guest types for which xl looks at it
 * @param since the first version of Xen that has it
 * @param note why it has no effect; empty: it has one
 */
record XlKey(String name, Set<GuestType> types, XenVersion since, String note) {
    XlKey {
        types = Set.copyOf(types);
    }
}
