package dev.jxl.config.stream;

import java.util.Optional;

/**
 * libxc's records, in the order of their numbers.
 *
 * @source docs/specs/libxc-migration-stream.pandoc: Records; tools/libs/guest/xg_sr_restore_x86_pv.c, xg_sr_restore_x86_hvm.c:
 *     which of them which guest has
 */
enum LibxcRecord {
    END(Of.BOTH),
    PAGE_DATA(Of.BOTH),
    X86_PV_INFO(Of.PV),
    X86_PV_P2M_FRAMES(Of.PV),
    X86_PV_VCPU_BASIC(Of.PV),
    X86_PV_VCPU_EXTENDED(Of.PV),
    X86_PV_VCPU_XSAVE(Of.PV),
    SHARED_INFO(Of.PV),
    X86_TSC_INFO(Of.BOTH),
    HVM_CONTEXT(Of.HVM),
    HVM_PARAMS(Of.HVM),
    TOOLSTACK(Of.BOTH),
    X86_PV_VCPU_MSRS(Of.PV),
    VERIFY(Of.BOTH),
    CHECKPOINT(Of.BOTH),
    CHECKPOINT_DIRTY_PFN_LIST(Of.BOTH),
    STATIC_DATA_END(Of.BOTH),
    X86_CPUID_POLICY(Of.BOTH),
    X86_MSR_POLICY(Of.BOTH);

    /** Bit 31: who does not know the record may pass it over. */
    static final long OPTIONAL = 0x8000_0000L;

    private static final LibxcRecord[] ALL = values();

    /** Whose guests' images have it. */
    enum Of {
        PV,
        HVM,
        BOTH
    }

    final Of guests;

    LibxcRecord(Of guests) {
        this.guests = guests;
    }

    static Optional<LibxcRecord> find(long type) {
        return type < ALL.length ? Optional.of(ALL[(int) type]) : Optional.empty();
    }

    boolean ofVcpu() {
        return this == X86_PV_VCPU_BASIC
                || this == X86_PV_VCPU_EXTENDED
                || this == X86_PV_VCPU_XSAVE
                || this == X86_PV_VCPU_MSRS;
    }
}
