package dev.jxl.config.stream;

import dev.jxl.config.stream.ImageReport.ImageType;
import dev.jxl.config.stream.LibxcRecord.Of;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which record may come when, and which must come.
 *
 * <p>The specification wants HVM_PARAMS before HVM_CONTEXT, but libxc itself writes them the other way round, and a restore keeps
 * the context until the end: both orders are right here.
 *
 * @source docs/specs/libxc-migration-stream.pandoc: Layout; tools/libs/guest/xg_sr_restore.c, xg_sr_restore_x86_pv.c,
 *     xg_sr_save_x86_hvm.c: x86_hvm_end_of_checkpoint
 */
final class LibxcOrder {
    private static final Set<LibxcRecord> STATIC =
            EnumSet.of(LibxcRecord.X86_PV_INFO, LibxcRecord.X86_CPUID_POLICY, LibxcRecord.X86_MSR_POLICY);
    private static final Set<LibxcRecord> ONCE = EnumSet.of(
            LibxcRecord.STATIC_DATA_END,
            LibxcRecord.X86_PV_INFO,
            LibxcRecord.X86_CPUID_POLICY,
            LibxcRecord.X86_MSR_POLICY,
            LibxcRecord.SHARED_INFO,
            LibxcRecord.X86_TSC_INFO,
            LibxcRecord.HVM_CONTEXT,
            LibxcRecord.HVM_PARAMS,
            LibxcRecord.VERIFY);
    private static final List<LibxcRecord> NEEDED_BY_PV = List.of(
            LibxcRecord.X86_PV_INFO, LibxcRecord.X86_PV_P2M_FRAMES, LibxcRecord.PAGE_DATA, LibxcRecord.SHARED_INFO);
    private static final List<LibxcRecord> NEEDED_BY_HVM =
            List.of(LibxcRecord.PAGE_DATA, LibxcRecord.HVM_CONTEXT, LibxcRecord.HVM_PARAMS);

    private final Findings findings;
    private final long version;
    private final ImageType guest;
    private final Set<LibxcRecord> seen = EnumSet.noneOf(LibxcRecord.class);
    private final Set<LibxcRecord> seenSinceCheckpoint = EnumSet.noneOf(LibxcRecord.class);
    /** What was said about missing predecessors: the first of many records is enough. */
    private final Set<String> toldEarly = new HashSet<>();

    LibxcOrder(Findings findings, long version, ImageType guest) {
        this.findings = findings;
        this.version = version;
        this.guest = guest;
    }

    boolean pv() {
        return guest == ImageType.X86_PV;
    }

    boolean saw(LibxcRecord record) {
        return seen.contains(record);
    }

    /** Looks at a record that begins there. */
    void check(LibxcRecord record, long begin) {
        place(record, begin);
        if (ONCE.contains(record) && (STATIC.contains(record) ? seen : seenSinceCheckpoint).contains(record)) {
            findings.error(begin, "comes a second time");
        }
        boolean isContents = record == LibxcRecord.PAGE_DATA
                || record == LibxcRecord.SHARED_INFO
                || record == LibxcRecord.X86_PV_P2M_FRAMES
                || record == LibxcRecord.HVM_CONTEXT
                || record == LibxcRecord.HVM_PARAMS
                || record.ofVcpu();
        if (version >= 3 && isContents) {
            after(LibxcRecord.STATIC_DATA_END, record, begin);
        }
        if (version >= 3 && STATIC.contains(record) && seen.contains(LibxcRecord.STATIC_DATA_END)) {
            findings.error(begin, "comes after STATIC_DATA_END");
        }
        if (record == LibxcRecord.VERIFY) {
            // What follows is compared with the guest's memory, and no longer becomes it.
            after(LibxcRecord.PAGE_DATA, record, begin);
        }
        if (pv()) {
            orderOfPv(record, begin);
        }
        seen.add(record);
        seenSinceCheckpoint.add(record);
    }

    private void place(LibxcRecord record, long begin) {
        if (record.guests == (pv() ? Of.HVM : Of.PV)) {
            findings.error(
                    begin,
                    "is a record of " + (pv() ? "HVM and PVH" : "PV") + " guests, but this image is of "
                            + (pv() ? "a PV guest" : "an HVM or PVH guest"));
        }
        switch (record) {
            case STATIC_DATA_END, X86_CPUID_POLICY, X86_MSR_POLICY -> {
                if (version < 3) {
                    findings.error(begin, "there is no such record in images of version 2");
                }
            }
            case TOOLSTACK -> findings.error(begin, "is obsolete: no restore takes it");
            case CHECKPOINT_DIRTY_PFN_LIST ->
                findings.error(begin, "goes from the receiver to the sender: it has no place in an image");
            default -> {}
        }
    }

    private void orderOfPv(LibxcRecord record, long begin) {
        if (record == LibxcRecord.X86_PV_P2M_FRAMES || record == LibxcRecord.SHARED_INFO) {
            after(LibxcRecord.X86_PV_INFO, record, begin);
        } else if (record == LibxcRecord.PAGE_DATA) {
            after(LibxcRecord.X86_PV_P2M_FRAMES, record, begin);
            if (seenSinceCheckpoint.contains(LibxcRecord.X86_PV_VCPU_BASIC)) {
                findings.error(begin, "comes after the registers of a vCPU: memory comes before them");
            }
        } else if (record.ofVcpu()) {
            after(LibxcRecord.X86_PV_P2M_FRAMES, record, begin);
        }
    }

    private void after(LibxcRecord first, LibxcRecord record, long begin) {
        if (!seen.contains(first) && toldEarly.add(record + " before " + first)) {
            findings.error(begin, "comes before " + first);
        }
    }

    /** Looks for what is missing at a checkpoint or at the end. */
    void complete(long begin) {
        if (version >= 3 && !seen.contains(LibxcRecord.STATIC_DATA_END)) {
            findings.error(begin, "the record STATIC_DATA_END is missing before it");
        }
        for (LibxcRecord needed : pv() ? NEEDED_BY_PV : NEEDED_BY_HVM) {
            if (!seen.contains(needed)) {
                findings.error(begin, "the record " + needed + " is missing before it");
            }
        }
        if (!seen.contains(LibxcRecord.X86_TSC_INFO)) {
            findings.warning(begin, "the record X86_TSC_INFO is missing before it: the guest's time starts anew");
        }
        seenSinceCheckpoint.clear();
    }
}
