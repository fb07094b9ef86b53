package dev.jxl.config.stream;

import dev.jxl.config.stream.ImageReport.Domain;
import dev.jxl.config.stream.ImageReport.Endian;
import dev.jxl.config.stream.ImageReport.ImageType;
import dev.jxl.config.stream.ImageReport.Libxc;
import dev.jxl.config.stream.ImageReport.Tsc;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Reads a libxc image, version 2 or 3.
 *
 * @source docs/specs/libxc-migration-stream.pandoc; tools/libs/guest/xg_sr_stream_format.h: sizes, REC_LENGTH_MAX;
 *     tools/libs/guest/xg_sr_restore.c: read_headers, xc_domain_restore
 */
final class LibxcImage {
    /** The size of the image header; the domain header follows. */
    static final int HEADER_BYTES = 24;

    private static final long MARKER = -1L;
    private static final long ID = 0x5845_4E46L;
    private static final long LONGEST = 128L << 20;
    private static final int CPUID_LEAF = 24;
    private static final int MSR_ENTRY = 16;
    private static final int TSC_BYTES = 24;
    /** Xen 4.11 was the last with 3. @source xen/arch/x86/time.c: tsc_set_info */
    private static final int MOST_TSC_MODE = 2;

    private static final int PAGE_SHIFT = 12;
    private static final int KIB_A_PAGE = 4;
    private static final long FOUR_GIB_PAGES = 1L << 20;
    /** How much a guest may have left out between its pages: 256 GiB. */
    private static final long HOLES = 1L << 26;

    private final StreamInput in;
    private final Findings findings;
    private final RecordLog log;
    private final PageData pages;
    private final PvRecords pv;
    private final HvmRecords hvm;
    private final long begin;
    private LibxcOrder order;
    private Endian endian = Endian.LITTLE;
    private long version;
    private Optional<ImageType> type = Optional.empty();
    private long xenMajor;
    private long xenMinor;
    private Optional<Tsc> tsc = Optional.empty();
    private long cpuidLeaves;
    private long msrs;
    private long number;
    private long checkpoints;

    /** An image that begins here. */
    LibxcImage(StreamInput in, Findings findings, RecordLog log) {
        this.in = in;
        this.findings = findings;
        this.log = log;
        begin = in.offset();
        pages = new PageData(in, findings);
        pv = new PvRecords(in, findings);
        hvm = new HvmRecords(in, findings);
        order = new LibxcOrder(findings, 3, ImageType.X86_HVM);
    }

    /**
     * Bounds the guest's pfns: a restore keeps something for each up to the highest, of a PV guest 12 bytes.
     *
     * @param domain what its configuration says
     * @source tools/libs/guest/xg_sr_restore_x86_pv.c: expand_p2m; tools/libs/guest/xg_sr_restore.c: pfn_set_populated
     */
    void bound(Domain domain) {
        long highest = usualPfns(domain) + HOLES;
        pages.bound(highest);
        pv.bound(highest);
    }

    /** The pfns of a guest that has its memory where it is put at first: below and above a hole that ends at 4 GiB. */
    static long usualPfns(Domain domain) {
        return domain.maxMemory().kib() / KIB_A_PAGE + FOUR_GIB_PAGES;
    }

    /** Reads both headers. */
    void headers() throws IOException {
        findings.enterHeader("libxc image header");
        in.order(ByteOrder.BIG_ENDIAN);
        long at = in.offset();
        long marker = in.u64();
        long id = in.u32();
        if (marker != MARKER || id != ID) {
            throw findings.fatal(
                    at,
                    marker == MARKER
                            ? "its id is " + PageData.hex(id) + ", not " + PageData.hex(ID) + " (XENF)"
                            : "no libxc image begins here; images of Xen 4.5 and older are not read");
        }
        version = in.u32();
        if (version < 2 || version > 3) {
            throw findings.fatal(at + 12, "its version is " + version + ": 2 and 3 are known");
        }
        int options = in.u16();
        if ((options & ~1) != 0) {
            findings.error(at + 16, "reserved bits of the options " + PageData.hex(options) + " are not 0");
        }
        if ((in.u16() | in.u32()) != 0) {
            findings.error(at + 18, "reserved fields are not 0");
        }
        endian = (options & 1) == 0 ? Endian.LITTLE : Endian.BIG;
        byteOrder();
        if (endian == Endian.BIG) {
            findings.error(at + 16, "the image is big-endian: Xen restores only little-endian ones");
        }
        domainHeader();
    }

    /** Sets the byte order of this image's records: libxl's may be another. */
    void byteOrder() {
        in.order(endian == Endian.BIG ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    private void domainHeader() throws IOException {
        findings.enterHeader("libxc domain header");
        long at = in.offset();
        long guest = in.u32();
        int shift = in.u16();
        int reserved = in.u16();
        xenMajor = in.u32();
        xenMinor = in.u32();
        if (guest != 1 && guest != 2) {
            throw findings.fatal(at, "the guest's type is " + guest + ": 1 (x86 PV) and 2 (x86 HVM) are known");
        }
        if (shift != PAGE_SHIFT) {
            throw findings.fatal(at + 4, "pages of 2^" + shift + " bytes: x86 has 2^" + PAGE_SHIFT);
        }
        if (reserved != 0) {
            findings.error(at + 6, "a reserved field is " + reserved + ", not 0");
        }
        ImageType known = guest == 1 ? ImageType.X86_PV : ImageType.X86_HVM;
        type = Optional.of(known);
        order = new LibxcOrder(findings, version, known);
    }

    /** Reads records to the end or to the next checkpoint; gives whether the end was reached. */
    boolean records() throws IOException {
        while (true) {
            number++;
            findings.enterRecord("libxc", number);
            long at = in.offset();
            long code = in.u32();
            Optional<LibxcRecord> known = LibxcRecord.find(code);
            String name = known.map(Enum::toString).orElse("type " + PageData.hex(code));
            findings.recordIs(name);
            long length = in.u32();
            if (length > LONGEST) {
                throw findings.fatal(at + 4, "its body is to have " + length + " bytes: " + LONGEST + " are the most");
            }
            body(at, code, known, length);
            Padding.check(in, findings, at, length);
            log.add("libxc", number, name, at, in.offset() - at);
            if (known.isPresent() && known.get() == LibxcRecord.END) {
                complete(at);
                return true;
            }
            if (known.isPresent() && known.get() == LibxcRecord.CHECKPOINT) {
                complete(at);
                checkpoints++;
                return false;
            }
        }
    }

    private void complete(long at) {
        order.complete(at);
        if (order.pv()) {
            pv.complete(at);
        } else if (version >= 3 && order.saw(LibxcRecord.HVM_PARAMS)) {
            hvm.complete(at);
        }
    }

    private void body(long at, long code, Optional<LibxcRecord> known, long length) throws IOException {
        if (known.isEmpty()) {
            if ((code & LibxcRecord.OPTIONAL) == 0) {
                findings.error(at, "nobody knows this type, and it is not optional");
            }
            in.skip(length);
            return;
        }
        LibxcRecord record = known.get();
        order.check(record, at);
        switch (record) {
            case END, VERIFY, CHECKPOINT, STATIC_DATA_END -> empty(at, length);
            case PAGE_DATA -> {
                boolean ofPv = order.pv();
                pages.read(length, ofPv ? pv.limit() : PageData.HIGHEST, ofPv ? pv.levels() : 0);
            }
            case X86_PV_INFO -> pv.info(length);
            case X86_PV_P2M_FRAMES -> pv.p2mFrames(length);
            case X86_PV_VCPU_BASIC, X86_PV_VCPU_EXTENDED, X86_PV_VCPU_XSAVE, X86_PV_VCPU_MSRS ->
                pv.vcpu(record, length);
            case SHARED_INFO -> {
                exactly(at, length, PageData.PAGE);
                in.skip(length);
            }
            case X86_TSC_INFO -> tsc(at, length);
            case HVM_CONTEXT -> hvm.context(length);
            case HVM_PARAMS -> hvm.params(length);
            case X86_CPUID_POLICY -> {
                cpuidLeaves = entries(at, length, CPUID_LEAF);
                in.skip(length);
            }
            case X86_MSR_POLICY -> msrPolicy(at, length);
            case TOOLSTACK, CHECKPOINT_DIRTY_PFN_LIST -> in.skip(length);
        }
        if (record == LibxcRecord.CHECKPOINT) {
            findings.warning(at, "the image has checkpoints (Remus, COLO): xl restore does not take it");
        }
    }

    private void empty(long at, long length) {
        if (length != 0) {
            throw findings.fatal(at + 4, "its body has " + length + " bytes, not 0");
        }
    }

    private void exactly(long at, long length, long right) {
        if (length != right) {
            throw findings.fatal(at + 4, "its body has " + length + " bytes, not " + right);
        }
    }

    private long entries(long at, long length, int size) {
        if (length == 0 || length % size != 0) {
            throw findings.fatal(
                    at + 4, "its body has " + length + " bytes: it has entries of " + size + ", and one at least");
        }
        return length / size;
    }

    private void msrPolicy(long at, long length) throws IOException {
        msrs = entries(at, length, MSR_ENTRY);
        for (long i = 0; i < msrs; i++) {
            long entry = in.offset();
            long index = in.u32();
            if (in.u32() != 0) {
                findings.error(entry + 4, "reserved flags of MSR " + PageData.hex(index) + " are not 0");
            }
            in.u64();
        }
    }

    private void tsc(long at, long length) throws IOException {
        exactly(at, length, TSC_BYTES);
        long start = in.offset();
        long mode = in.u32();
        long khz = in.u32();
        long nanoseconds = in.u64();
        long incarnation = in.u32();
        long reserved = in.u32();
        if (mode > MOST_TSC_MODE) {
            findings.error(start, "its mode is " + mode + ": 0 to " + MOST_TSC_MODE + " are known");
        }
        if (nanoseconds < 0) {
            findings.error(start + 8, "the guest's time is beyond what its clock counts to");
        } else {
            tsc = Optional.of(new Tsc(mode, khz, nanoseconds, incarnation));
        }
        if (reserved != 0) {
            findings.error(start + 20, "a reserved field is " + reserved + ", not 0");
        }
    }

    /** What was read so far; empty when not even the headers could be. */
    Optional<Libxc> report() {
        return type.map(guest -> new Libxc(
                begin,
                version,
                endian,
                guest,
                1L << PAGE_SHIFT,
                xenMajor,
                xenMinor,
                pages.pages(),
                order.saw(LibxcRecord.X86_PV_INFO) ? Optional.of(pv.report()) : Optional.empty(),
                guest == ImageType.X86_HVM ? Optional.of(hvm.report()) : Optional.empty(),
                tsc,
                cpuidLeaves,
                msrs,
                checkpoints,
                order.saw(LibxcRecord.VERIFY)));
    }
}
