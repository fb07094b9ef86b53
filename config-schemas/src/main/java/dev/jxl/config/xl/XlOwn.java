package dev.jxl.config.xl;

import dev.jxl.config.DriverSpec;
import dev.jxl.config.DriverSpec.LostDisk;
import dev.jxl.config.EventAction;
import dev.jxl.config.OnEvents;
import dev.jxl.config.OnEvents.AtHostStop;
import dev.jxl.config.Worded;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What jxl has beside xl: keys of its own, and advice. */
final class XlOwn {
    private static final int DEFAULT_MIB = 32;
    private static final String CRASH = "on_device_model_crash";
    private static final String HOST_STOP = "on_host_stop";
    private static final String RESTART = "driver_restart";
    private static final String ATTEMPTS = "driver_attempts";
    private static final String HEARTBEAT = "driver_heartbeat";
    private static final String LOST_DISK = "driver_lost_disk";

    private XlOwn() {}

    /** The events with {@code on_device_model_crash} and {@code on_host_stop}. */
    static OnEvents events(XlSource in, OnEvents read) {
        return new OnEvents(
                read.poweroff(),
                read.reboot(),
                read.watchdog(),
                read.crash(),
                read.softReset(),
                word(in, CRASH, EventAction.values(), read.deviceModelCrash()),
                word(in, HOST_STOP, AtHostStop.values(), read.hostStop()));
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
                word(in, LOST_DISK, LostDisk.values(), standard.lostDisk())));
    }

    private static int number(XlSource in, String key, int most, int orElse) {
        OptionalLong number = in.number(key);
        if (number.isPresent() && (number.getAsLong() < 0 || number.getAsLong() > most)) {
            in.problems.error(in.placeOf(key), key, "must be a number from 0 to " + most);
            return orElse;
        }
        return number.isPresent() ? (int) number.getAsLong() : orElse;
    }

    private static <T extends Worded> T word(XlSource in, String key, T[] all, T orElse) {
        Optional<String> word = in.text(key);
        Optional<T> found = Arrays.stream(all)
                .filter(one -> word.equals(Optional.of(one.word())))
                .findFirst();
        if (word.isPresent() && found.isEmpty()) {
            List<String> words = Arrays.stream(all).map(Worded::word).toList();
            in.problems.error(
                    in.placeOf(key),
                    key,
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
