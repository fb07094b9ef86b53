package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import java.util.Optional;

/** Names every key that jxl will not act on: unknown, not supported yet, or without effect. */
final class XlSupport {
    private XlSupport() {}

    static void check(XlSettings settings, GuestType type, XlProblems problems) {
        for (XlSetting setting : settings.all()) {
            Optional<XlKey> known = XlKeys.find(setting.key());
            if (known.isEmpty()) {
                unknown(setting, problems);
            } else if (!known.get().saysNothing(setting.value())) {
                support(setting, known.get(), type, problems);
            }
        }
    }

    private static void unknown(XlSetting setting, XlProblems problems) {
        if (problems.full()) {
            return;
        }
        String guess = XlKeys.findNearest(setting.key())
                .map(near -> "; did you mean '" + near + "'?")
                .orElse("");
        problems.warning(
                setting.place(), Quoting.cut(setting.key()), "is not a key of xl.cfg; ignored, as xl does" + guess);
    }

    private static void support(XlSetting setting, XlKey key, GuestType type, XlProblems problems) {
        String note = key.note().isEmpty() ? "" : " (" + key.note() + ")";
        if (key.support() == XlKey.Support.IGNORED_BY_XL) {
            problems.warning(setting.place(), key.name(), "ignored, as xl does" + note);
            return;
        }
        if (!key.types().contains(type)) {
            String types = String.join(
                    " or ", key.types().stream().sorted().map(GuestType::word).toList());
            problems.warning(setting.place(), key.name(), "has no effect for " + type.word() + ", only for " + types);
            return;
        }
        if (type == GuestType.HVM) {
            // the type itself is refused: one error says it all
            return;
        }
        switch (key.support()) {
            case READ, IGNORED_BY_XL -> {
                // nothing to say
            }
            case NOT_SEEN_BY_GUEST ->
                problems.warning(
                        setting.place(), key.name(), "not supported yet; ignored, the guest itself is the same" + note);
            case CHANGES_GUEST ->
                problems.error(
                        setting.place(),
                        key.name(),
                        "not supported yet" + note + ": without it this would be another guest; remove it to go on");
        }
    }
}
