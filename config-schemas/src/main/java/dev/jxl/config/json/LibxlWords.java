package dev.jxl.config.json;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.EventAction;
import java.util.Locale;
import java.util.Map;

/**
 * libxl's words for what the model has its own for.
 *
 * @source tools/libs/light/libxl_types.idl: the enumerations, in lower case
 */
final class LibxlWords {
    /** By libxl's word. */
    static final Map<String, EventAction> ACTIONS = JsonReader.words(EventAction.values(), LibxlWords::of);

    /** By libxl's word. */
    static final Map<String, DiskSpec.Format> FORMATS = JsonReader.words(DiskSpec.Format.values(), LibxlWords::of);

    /** By libxl's word. */
    static final Map<String, DiskSpec.BackendKind> BACKENDS =
            JsonReader.words(DiskSpec.BackendKind.values(), LibxlWords::of);

    private LibxlWords() {}

    static String of(EventAction action) {
        return action == EventAction.RENAME_RESTART
                ? "restart_rename"
                : action.word().replace('-', '_');
    }

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** libxl_defbool as it stands in JSON. */
    static String of(boolean flag) {
        return flag ? "True" : "False";
    }
}
