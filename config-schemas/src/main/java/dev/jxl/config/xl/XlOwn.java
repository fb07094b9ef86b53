package dev.jxl.config.xl;

import dev.jxl.config.EventAction;
import dev.jxl.config.OnEvents;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What jxl has beside xl: a key of its own, and advice. */
final class XlOwn {
    private static final int DEFAULT_MIB = 32;
    private static final String CRASH = "on_device_model_crash";

    private XlOwn() {}

    /** The events with {@code on_device_model_crash}. */
    static OnEvents events(XlSource in, OnEvents read) {
        Optional<String> word = in.text(CRASH);
        Optional<EventAction> action = Arrays.stream(EventAction.values())
                .filter(a -> word.equals(Optional.of(a.word())))
                .findFirst();
        if (word.isPresent() && action.isEmpty()) {
            List<String> words =
                    Arrays.stream(EventAction.values()).map(EventAction::word).toList();
            in.problems.error(
                    in.placeOf(CRASH),
                    CRASH,
                    "'" + Quoting.cut(word.get()) + "' is not an action: " + String.join(", ", words));
        }
        return new OnEvents(
                read.poweroff(),
                read.reboot(),
                read.watchdog(),
                read.crash(),
                read.softReset(),
                action.orElse(read.deviceModelCrash()));
    }

    /** What is right and seldom meant. */
    static void advise(XlSource in) {
        if (!in.has("memory") && !in.has("maxmem")) {
            in.problems.warning(
                    XlPlace.NOWHERE, "memory", "is missing: the guest gets " + DEFAULT_MIB + " MiB, as with xl");
        }
        String name = in.tree.get("c_info/name").asText("");
        if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            in.problems.warning(
                    in.placeOf("name"), "name", "'" + name + "' looks like a domid: commands will not find it by name");
        }
    }
}
