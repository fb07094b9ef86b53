package dev.jxl.xld.host;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Xen's schedulers.
 *
 * @source xen/include/public/domctl.h: XEN_SCHEDULER_*; tools/libs/light/libxl_types.idl: libxl_scheduler
 */
public enum Scheduler {
    /** A number that jxl does not know. */
    UNKNOWN(0),
    /** No longer in Xen. */
    SEDF(4),
    /** By credits. */
    CREDIT(5),
    /** By credits, for cores. */
    CREDIT2(6),
    /** In fixed frames. */
    ARINC653(7),
    /** Real time by deferrable servers. */
    RTDS(8),
    /** One vCPU for each CPU. */
    NULL(9);

    private final int id;

    Scheduler(int id) {
        this.id = id;
    }

    /** Xen's number. */
    public int id() {
        return id;
    }

    /** xl's word: credit2, null, … */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By Xen's number. */
    public static Scheduler of(int id) {
        return Arrays.stream(values()).filter(s -> s.id == id).findFirst().orElse(UNKNOWN);
    }

    /** By xl's word. */
    public static Optional<Scheduler> find(String word) {
        return Arrays.stream(values())
                .filter(s -> s.word().equals(word.toLowerCase(Locale.ROOT)) && s != UNKNOWN)
                .findFirst();
    }
}
