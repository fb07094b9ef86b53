package dev.jxl.xld.host.xen;

import dev.jxl.config.ClockSpec;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.PlatformSpec;
import dev.jxl.config.ViridianSpec;
import dev.jxl.config.ViridianSpec.Enlightenment;
import dev.jxl.xenctrl.HvmParam;
import dev.jxl.xenctrl.XenControl;
import java.util.EnumSet;
import java.util.Set;

/**
 * The machine of a PVH or HVM guest, as far as Xen plays it.
 *
 * @source tools/libs/light/libxl_x86.c: hvm_set_conf_params, hvm_set_viridian_features
 */
final class HvmSettings {
    /** XEN_HVM_MCA_CAP_LMCE. @source xen/include/public/hvm/params.h */
    private static final long LOCAL_MACHINE_CHECK = 1;

    private static final Set<Enlightenment> DEFAULTS = EnumSet.of(
            Enlightenment.BASE,
            Enlightenment.FREQ,
            Enlightenment.TIME_REF_COUNT,
            Enlightenment.APIC_ASSIST,
            Enlightenment.CRASH_CTL,
            Enlightenment.NO_VP_LIMIT,
            Enlightenment.CPU_HOTPLUG);

    private HvmSettings() {}

    /** Tells Xen. */
    static void apply(XenControl xen, int domid, DomainSpec spec) {
        if (spec.type() == GuestType.HVM) {
            PlatformSpec platform = spec.platform();
            xen.writeHvmParam(domid, HvmParam.HPET_ENABLED, platform.hpet().orElse(true) ? 1 : 0);
            xen.writeHvmParam(domid, HvmParam.VPT_ALIGN, spec.clock().vptAlign().orElse(true) ? 1 : 0);
            if (platform.localMachineCheck()) {
                xen.writeHvmParam(domid, HvmParam.MCA_CAP, LOCAL_MACHINE_CHECK);
            }
        }
        ClockSpec.TimerMode mode = spec.clock().timerMode().orElse(ClockSpec.TimerMode.NO_DELAY_FOR_MISSED_TICKS);
        xen.writeHvmParam(domid, HvmParam.TIMER_MODE, number(mode));
        long viridian = spec.type() == GuestType.HVM ? viridian(spec.platform().viridian()) : 0;
        if (viridian != 0) {
            xen.writeHvmParam(domid, HvmParam.VIRIDIAN, viridian);
        }
    }

    /** @source xen/include/public/hvm/params.h: HVM_PARAM_TIMER_MODE */
    private static int number(ClockSpec.TimerMode mode) {
        return switch (mode) {
            case DELAY_FOR_MISSED_TICKS -> 0;
            case NO_DELAY_FOR_MISSED_TICKS -> 1;
            case NO_MISSED_TICKS_PENDING -> 2;
            case ONE_MISSED_TICK_PENDING -> 3;
        };
    }

    /**
     * The enlightenments as Xen's bits.
     *
     * @source xen/include/public/hvm/params.h: HVMPV_*
     */
    static long viridian(ViridianSpec spec) {
        Set<Enlightenment> on = EnumSet.noneOf(Enlightenment.class);
        if (spec.defaults().orElse(false)) {
            on.addAll(DEFAULTS);
        }
        on.addAll(spec.enable());
        spec.disable().forEach(on::remove);
        long mask = on.contains(Enlightenment.BASE) && !on.contains(Enlightenment.FREQ) ? 1L << 1 : 0;
        for (Enlightenment each : on) {
            mask |= bits(each);
        }
        return mask;
    }

    private static long bits(Enlightenment each) {
        return switch (each) {
            case BASE -> 1;
            // The frequencies come with the base; a bit of their own takes them away.
            case FREQ -> 0;
            case TIME_REF_COUNT -> 1L << 2;
            case REFERENCE_TSC -> 1L << 3;
            case HCALL_REMOTE_TLB_FLUSH -> 1L << 4;
            case APIC_ASSIST -> 1L << 5;
            case CRASH_CTL -> 1L << 6;
            case SYNIC -> 1L << 7;
            case STIMER -> 1L << 8 | 1L << 7 | 1L << 2;
            case HCALL_IPI -> 1L << 9;
            case EX_PROCESSOR_MASKS -> 1L << 10;
            case NO_VP_LIMIT -> 1L << 11;
            case CPU_HOTPLUG -> 1L << 12;
        };
    }
}
