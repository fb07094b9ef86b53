package dev.jxl.config.xl;

import dev.jxl.config.DriverSpec;
import dev.jxl.config.DriverSpec.LostDisk;
import dev.jxl.config.EventAction;
import dev.jxl.config.OnEvents;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What jxl has beside xl: keys of its own, and advice. */
final class XlOwn {
    private static final int DEFAULT_MIB = 32;
    private static final String CRASH = "on_device_model_crash";
    private static final String RESTART = "driver_restart";
    private static final String ATTEMPTS = "driver_attempts";
    private static final String HEARTBEAT = "driver_heartbeat";
    private static final String LOST_DISK = "driver_lost_disk";

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

    /** How a driver domain is looked after; empty when no key says anything about it. */
    static Optional<DriverSpec> driver(XlSource in) {
        if (!in.has(RESTART) && !in.has(ATTEMPTS) && !in.has(HEARTBEAT) && !in.has(LOST_DISK)) {
            return Optional.empty();
        }
        DriverSpec standard = DriverSpec.STANDARD;
        return Optional.of(new DriverSpec(
                number(in, RESTART, 1, standard.restart() ? 1 : 0) != 0,
                number(in, ATTEMPTS, 1000, standard.attempts()),
                number(in, HEARTBEAT, 3600, standard.heartbeatSeconds()),
                lostDisk(in, standard.lostDisk())));
    }

    private static int number(XlSource in, String key, int most, int orElse) {
        OptionalLong number = in.number(key);
        if (number.isPresent() && (number.getAsLong() < 0 || number.getAsLong() > most)) {
            in.problems.error(in.placeOf(key), key, "must be a number from 0 to " + most);
            return orElse;
        }
        return number.isPresent() ? (int) number.getAsLong() : orElse;
    }

    private static LostDisk lostDisk(XlSource in, LostDisk orElse) {
        Optional<String> word = in.text(LOST_DISK);
        Optional<LostDisk> found = Arrays.stream(LostDisk.values())
                .filter(l -> word.equals(Optional.of(l.word())))
                .findFirst();
        if (word.isPresent() && found.isEmpty()) {
            List<String> words =
                    Arrays.stream(LostDisk.values()).map(LostDisk::word).toList();
            in.problems.error(
                    in.placeOf(LOST_DISK),
                    LOST_DISK,
                    "'" + Quoting.cut(word.get()) + "' is none of these: " + String.join(", ", words));
        }
        return found.orElse(orElse);
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
