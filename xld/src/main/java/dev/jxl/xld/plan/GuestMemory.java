package dev.jxl.xld.plan;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;

/** How a guest's memory is divided. */
public final class GuestMemory {
    /** @source tools/libs/light/libxl_internal.h: LIBXL_MAXMEM_CONSTANT */
    private static final long ON_DEMAND_KIB = 1024;

    private GuestMemory() {}

    /** The memory of the emulated card, in KiB: a part of what the guest was given. */
    public static long videoKib(DomainSpec spec) {
        return spec.type() == GuestType.HVM ? spec.graphics().cardKib() : 0;
    }

    /**
     * What the balloon's target is less than the guest's memory, in KiB: the card's memory, and a little more where memory is populated
     * on demand.
     *
     * @source tools/libs/light/libxl_mem.c: libxl__get_targetmem_fudge
     */
    public static long fudgeKib(DomainSpec spec) {
        boolean onDemand = spec.type() == GuestType.HVM
                && spec.maxMemory().kib() != spec.memory().kib();
        return videoKib(spec) + (onDemand ? ON_DEMAND_KIB : 0);
    }
}
