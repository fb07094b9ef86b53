package dev.jxl.config.stream;

import dev.jxl.config.stream.ImageReport.Hvm;
import java.io.IOException;
import java.util.BitSet;

/**
 * Reads the records that only HVM and PVH guests have.
 *
 * @source docs/specs/libxc-migration-stream.pandoc: HVM_PARAMS, HVM_CONTEXT; xen/include/public/hvm/save.h: hvm_save_descriptor;
 *     xen/include/public/arch-x86/hvm/save.h: hvm_save_header, HVM_SAVE_CODE
 */
final class HvmRecords {
    /** More than any Xen has: HVM_NR_PARAMS is 39 in xen/include/public/hvm/params.h. */
    private static final int MOST_PARAMS = 64;

    private static final int STORE_PFN = 1;
    private static final int CONSOLE_PFN = 17;
    private static final int DESCRIPTOR = 8;
    private static final int HEADER = 1;
    private static final int CPU = 2;
    private static final int HEADER_BYTES = 24;
    private static final long MAGIC = 0x5438_1286L;

    private final StreamInput in;
    private final Findings findings;
    private long contextBytes;
    private long contextEntries;
    private int vcpus;
    private long params;
    private BitSet indexes = new BitSet();

    HvmRecords(StreamInput in, Findings findings) {
        this.in = in;
        this.findings = findings;
    }

    void params(long length) throws IOException {
        long start = in.offset();
        if (length < 8) {
            throw findings.fatal(start - 4, "its body has " + length + " bytes: it needs 8 and more");
        }
        long count = in.u32();
        long reserved = in.u32();
        if (reserved != 0) {
            findings.error(start + 4, "a reserved field is " + reserved + ", not 0");
        }
        if (length != 8 + count * 16) {
            throw findings.fatal(
                    start - 4,
                    "its body has " + length + " bytes, but " + count + " parameters are " + (8 + count * 16));
        }
        if (count == 0) {
            findings.warning(start, "has no parameters, as Xen 4.6 to 4.8 wrote it");
        }
        BitSet before = new BitSet();
        for (long i = 0; i < count; i++) {
            long at = in.offset();
            long index = in.u64();
            in.u64();
            if (Long.compareUnsigned(index, MOST_PARAMS) >= 0) {
                findings.error(at, "parameter " + Long.toUnsignedString(index) + " is none that Xen has");
            } else if (before.get((int) index)) {
                findings.error(at, "parameter " + index + " is there twice");
            } else {
                before.set((int) index);
            }
        }
        params = count;
        indexes = before;
    }

    /** Looks at what a guest cannot be without; libxc would take page 0 for these. */
    void complete(long begin) {
        if (!indexes.get(STORE_PFN)) {
            findings.error(begin, "parameter " + STORE_PFN + ", the page of xenstore, is missing before it");
        }
        if (!indexes.get(CONSOLE_PFN)) {
            findings.error(begin, "parameter " + CONSOLE_PFN + ", the page of the console, is missing before it");
        }
    }

    /** Walks through what Xen keeps of the machine: parts, each with a type, an instance and a length. */
    void context(long length) throws IOException {
        long start = in.offset();
        long end = start + length;
        contextBytes = length;
        contextEntries = 0;
        vcpus = 0;
        if (length == 0) {
            throw findings.fatal(start - 4, "it is empty");
        }
        boolean ended = false;
        while (!ended && end - in.offset() >= DESCRIPTOR) {
            ended = part(end);
        }
        if (!ended) {
            findings.error(in.offset(), "the end mark of Xen's state of the machine is missing");
        } else if (in.offset() != end) {
            findings.error(
                    in.offset(), (end - in.offset()) + " bytes follow the end mark of Xen's state of the machine");
        }
        if (ended && vcpus == 0) {
            findings.error(start, "has no vCPU");
        }
        in.skip(end - in.offset());
    }

    private boolean part(long end) throws IOException {
        long at = in.offset();
        int type = in.u16();
        int instance = in.u16();
        long length = in.u32();
        if (length > end - in.offset()) {
            findings.error(
                    at + 4,
                    "part " + type + " of Xen's state of the machine is to have " + length + " bytes, but only "
                            + (end - in.offset()) + " are left");
            in.skip(end - in.offset());
            return false;
        }
        if (type == 0) {
            in.skip(length);
            return true;
        }
        if (contextEntries == 0) {
            header(at, type, instance, length);
        } else {
            in.skip(length);
        }
        contextEntries++;
        if (type == CPU) {
            vcpus++;
        }
        return false;
    }

    private void header(long at, int type, int instance, long length) throws IOException {
        if (type != HEADER || instance != 0 || length != HEADER_BYTES) {
            findings.error(at, "Xen's state of the machine does not begin with its header");
            in.skip(length);
            return;
        }
        long magic = in.u32();
        if (magic != MAGIC) {
            findings.error(
                    at + DESCRIPTOR,
                    "Xen's state of the machine begins with " + PageData.hex(magic) + ", not with "
                            + PageData.hex(MAGIC));
        }
        in.skip(length - 4);
    }

    Hvm report() {
        return new Hvm(contextBytes, contextEntries, vcpus, params);
    }
}
