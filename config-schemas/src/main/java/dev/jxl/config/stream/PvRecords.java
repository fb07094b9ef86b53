package dev.jxl.config.stream;

import dev.jxl.config.stream.ImageReport.Pv;
import java.io.IOException;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the records that only PV guests have.
 *
 * @source docs/specs/libxc-migration-stream.pandoc; tools/libs/guest/xg_sr_restore_x86_pv.c: handle_x86_pv_info,
 *     handle_x86_pv_p2m_frames, handle_x86_pv_vcpu_blob
 */
final class PvRecords {
    /** xen/include/asm-x86: MAX_VIRT_CPUS of PV guests. */
    private static final int MOST_VCPUS = 8192;

    /** Sizes of vcpu_guest_context_x86_64_t and vcpu_guest_context_x86_32_t: xen/foreign/x86_64.h, x86_32.h. */
    private static final int BASIC_64 = 5168;

    private static final int BASIC_32 = 2800;
    private static final int MOST_EXTENDED = 128;
    private static final int LEAST_XSAVE = 16;
    private static final int MSR = 16;

    private final StreamInput in;
    private final Findings findings;
    private final Map<LibxcRecord, BitSet> vcpus = new EnumMap<>(LibxcRecord.class);
    private final BitSet vcpusEver = new BitSet();
    private int width;
    private int levels;
    private long bound = PageData.HIGHEST;
    private long p2mEnd = -1;
    private long p2mFrames;
    private long highestFrame;
    private long highestFrameAt;

    PvRecords(StreamInput in, Findings findings) {
        this.in = in;
        this.findings = findings;
    }

    /**
     * Bounds what a guest may have.
     *
     * @param highest the last pfn that its configuration allows
     */
    void bound(long highest) {
        bound = highest;
    }

    /** How many levels page tables have; 4 while that is not known. */
    int levels() {
        return levels == 0 ? 4 : levels;
    }

    /** The highest pfn that there may be. */
    long limit() {
        return p2mEnd < 0 ? PageData.HIGHEST : p2mEnd;
    }

    void info(long length) throws IOException {
        long start = in.offset();
        if (length != 8) {
            throw findings.fatal(start - 4, "its body has " + length + " bytes, not 8");
        }
        int guestWidth = in.u8();
        int tableLevels = in.u8();
        long reserved = in.u16() | in.u32();
        boolean known = (guestWidth == 8 && tableLevels == 4) || (guestWidth == 4 && tableLevels == 3);
        if (known) {
            width = guestWidth;
            levels = tableLevels;
        } else {
            findings.error(
                    start,
                    "a guest of " + guestWidth + " bytes a word and " + tableLevels
                            + " levels of page tables: there are 8 with 4 and 4 with 3");
        }
        if (reserved != 0) {
            findings.error(start + 2, "reserved fields are not 0");
        }
    }

    void p2mFrames(long length) throws IOException {
        long start = in.offset();
        if (length < 16 || length % 8 != 0) {
            throw findings.fatal(start - 4, "its body has " + length + " bytes: it needs 16 and more, in steps of 8");
        }
        long first = in.u32();
        long last = in.u32();
        long perFrame = PageData.PAGE / (width == 0 ? 8 : width);
        long frames = last / perFrame - first / perFrame + 1;
        if (first > last) {
            throw findings.fatal(
                    start, "its first pfn " + PageData.hex(first) + " is above its last one, " + PageData.hex(last));
        }
        if (width != 0 && length != 8 + frames * 8) {
            throw findings.fatal(
                    start - 4,
                    "its body has " + length + " bytes, but the table of the pfns " + PageData.hex(first) + " to "
                            + PageData.hex(last) + " has " + frames + " pages: " + (8 + frames * 8) + " bytes");
        }
        covers(start, first, last, perFrame);
        p2mEnd = Math.max(p2mEnd, last);
        long entries = length / 8 - 1;
        p2mFrames += entries;
        for (long i = 0; i < entries; i++) {
            long at = in.offset();
            long pfn = in.u64();
            if (Long.compareUnsigned(pfn, highestFrame) >= 0) {
                highestFrame = pfn;
                highestFrameAt = at;
            }
        }
    }

    /** libxc makes its own table from 0 to the last pfn, and fills in what it is told. */
    private void covers(long start, long first, long last, long perFrame) {
        long known = p2mEnd / perFrame;
        long next = p2mEnd < 0 ? 0 : known + 1;
        if (first / perFrame > next) {
            findings.error(
                    start,
                    "its first pfn is " + PageData.hex(first) + ", but the pfns from " + PageData.hex(next * perFrame)
                            + " on have no pages in it yet");
        }
        if (last == 0) {
            throw findings.fatal(start + 4, "its last pfn is 0: a guest has more");
        }
        if (last > bound) {
            throw findings.fatal(
                    start + 4,
                    "its last pfn " + PageData.hex(last) + " is above what the configuration's memory can have, "
                            + PageData.hex(bound));
        }
    }

    void vcpu(LibxcRecord record, long length) throws IOException {
        long start = in.offset();
        if (length < 8) {
            throw findings.fatal(start - 4, "its body has " + length + " bytes: it needs 8 and more");
        }
        long id = in.u32();
        long reserved = in.u32();
        if (reserved != 0) {
            findings.error(start + 4, "a reserved field is " + reserved + ", not 0");
        }
        long context = length - 8;
        if (id >= MOST_VCPUS) {
            findings.error(start, "is of vCPU " + id + ": a PV guest has at most " + MOST_VCPUS);
        } else if (context == 0) {
            findings.warning(start, "says nothing about vCPU " + id + ", as Xen 4.6 to 4.8 wrote it");
        } else {
            BitSet before = vcpus.computeIfAbsent(record, r -> new BitSet());
            if (before.get((int) id)) {
                findings.error(start, "comes a second time for vCPU " + id);
            }
            before.set((int) id);
            if (record == LibxcRecord.X86_PV_VCPU_BASIC) {
                vcpusEver.set((int) id);
            }
        }
        size(record, id, context, start);
        in.skip(context);
    }

    private void size(LibxcRecord record, long id, long context, long start) {
        String right = switch (record) {
            case X86_PV_VCPU_BASIC -> basic(context);
            case X86_PV_VCPU_EXTENDED -> context <= MOST_EXTENDED ? "" : "at most " + MOST_EXTENDED;
            case X86_PV_VCPU_XSAVE -> context >= LEAST_XSAVE ? "" : "at least " + LEAST_XSAVE;
            default -> context % MSR == 0 ? "" : "a multiple of " + MSR;
        };
        if (context > 0 && !right.isEmpty()) {
            findings.error(start - 4, "what it has of vCPU " + id + " is " + context + " bytes, not " + right);
        }
    }

    private String basic(long context) {
        int right = width == 4 ? BASIC_32 : BASIC_64;
        return width == 0 || context == right ? "" : String.valueOf(right);
    }

    /** Looks at what can be known at the end only. */
    void complete(long begin) {
        if (!vcpus.getOrDefault(LibxcRecord.X86_PV_VCPU_BASIC, new BitSet()).get(0)) {
            findings.error(begin, "the record X86_PV_VCPU_BASIC of vCPU 0 is missing before it");
        }
        if (p2mFrames > 0 && p2mEnd >= 0 && Long.compareUnsigned(highestFrame, p2mEnd) > 0) {
            findings.error(
                    highestFrameAt,
                    "a page of the guest's X86_PV_P2M_FRAMES has pfn " + PageData.hex(highestFrame)
                            + ", above the guest's last one, " + PageData.hex(p2mEnd));
        }
        vcpus.clear();
    }

    Pv report() {
        return new Pv(
                width * 8,
                levels,
                p2mEnd < 0 ? Optional.empty() : Optional.of(p2mEnd),
                p2mFrames,
                vcpusEver.cardinality());
    }
}
