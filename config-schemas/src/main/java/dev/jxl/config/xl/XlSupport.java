package dev.jxl.config.xl;

import dev.jxl.config.GuestType;
import java.util.Optional;

/** Names every key that nobody will act on: unknown, of another Xen or another type, or without effect for xl itself. */
final class XlSupport {
    private XlSupport() {}

    static void check(XlSource in) {
        for (XlSetting setting : in.all()) {
            Optional<XlKey> known = XlKeys.find(setting.key());
            if (known.isEmpty()) {
                unknown(setting, in.problems);
            } else {
                known(setting, known.get(), in);
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

    private static void known(XlSetting setting, XlKey key, XlSource in) {
        if (!key.note().isEmpty()) {
            in.problems.warning(setting.place(), key.name(), key.note());
        } else if (!in.since(key.since())) {
            in.problems.warning(
                    setting.place(),
                    key.name(),
                    "is not known to Xen " + in.version().word() + "; ignored, as xl does");
        } else if (!key.types().contains(in.type())) {
            String types = String.join(
                    " or ", key.types().stream().sorted().map(GuestType::word).toList());
            in.problems.warning(
                    setting.place(),
                    key.name(),
                    "has no effect for " + in.type().word() + ", only for " + types);
        }
    }
}
