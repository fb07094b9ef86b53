package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * Which Hyper-V enlightenments an HVM guest sees.
 *
 * @param defaults those that Xen thinks good; empty: none unless listed
 * @param enable beside the defaults
 * @param disable none of these
 */
public record ViridianSpec(Optional<Boolean> defaults, List<Enlightenment> enable, List<Enlightenment> disable) {
    /** None. */
    public static final ViridianSpec DEFAULT = new ViridianSpec(Optional.empty(), List.of(), List.of());

    /** Makes the lists immutable. */
    public ViridianSpec {
        enable = List.copyOf(enable);
        disable = List.copyOf(disable);
    }

    /**
     * The enlightenments; the order is that of their numbers.
     *
     * @source tools/libs/light/libxl_types.idl: libxl_viridian_enlightenment
     */
    public enum Enlightenment implements Worded {
        /** The base: needed by all others. */
        BASE,
        /** The frequencies of TSC and APIC. */
        FREQ,
        /** The reference counter. */
        TIME_REF_COUNT,
        /** The reference TSC page. */
        REFERENCE_TSC,
        /** TLB flushes by hypercall. */
        HCALL_REMOTE_TLB_FLUSH,
        /** The APIC assist page. */
        APIC_ASSIST,
        /** Crash control. */
        CRASH_CTL,
        /** The synthetic interrupt controller. */
        SYNIC,
        /** Synthetic timers. */
        STIMER,
        /** IPIs by hypercall. */
        HCALL_IPI,
        /** Extended masks of processors. */
        EX_PROCESSOR_MASKS,
        /** More than 64 vCPUs. */
        NO_VP_LIMIT,
        /** Adding vCPUs while it runs. */
        CPU_HOTPLUG
    }
}
