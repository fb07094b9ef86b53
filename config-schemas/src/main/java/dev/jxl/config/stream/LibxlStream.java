package dev.jxl.config.stream;

import dev.jxl.config.GuestType;
import dev.jxl.config.stream.ImageReport.Domain;
import dev.jxl.config.stream.ImageReport.Endian;
import dev.jxl.config.stream.ImageReport.Libxc;
import dev.jxl.config.stream.ImageReport.Libxl;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads libxl's stream, version 2, and the libxc image in it.
 *
 * @source docs/specs/libxl-migration-stream.pandoc; tools/libs/light/libxl_sr_stream_format.h; tools/libs/light/libxl_stream_read.c:
 *     stream_header_done, process_record
 */
final class LibxlStream {
    private static final byte[] IDENT = "LibxlFmt".getBytes(StandardCharsets.US_ASCII);
    private static final String[] TYPES = {
        "END", "LIBXC_CONTEXT", "EMULATOR_XENSTORE_DATA", "EMULATOR_CONTEXT", "CHECKPOINT_END", "CHECKPOINT_STATE"
    };
    private static final int END = 0;
    private static final int LIBXC_CONTEXT = 1;
    private static final int XENSTORE_DATA = 2;
    private static final int CONTEXT = 3;
    private static final int CHECKPOINT_END = 4;
    private static final int CHECKPOINT_STATE = 5;
    private static final int MOST_STATE = 3;
    private static final int BIG_ENDIAN = 1;
    private static final int LEGACY = 2;

    private final StreamInput in;
    private final Findings findings;
    private final RecordLog log;
    private final Optional<Domain> domain;
    private final Optional<GuestType> guest;
    private final Emulators emulators;
    private final long begin;
    private Optional<LibxcImage> libxc = Optional.empty();
    private Endian endian = Endian.LITTLE;
    private long version;
    private boolean converted;
    private boolean inCheckpoint;
    private boolean checkpointed;
    private long number;

    /**
     * A stream that begins here.
     *
     * @param domain what the configuration says, if it could be read
     */
    LibxlStream(StreamInput in, Findings findings, RecordLog log, Optional<Domain> domain) {
        this.in = in;
        this.findings = findings;
        this.log = log;
        this.domain = domain;
        guest = domain.map(Domain::type);
        emulators = new Emulators(in, findings);
        begin = in.offset();
    }

    /** Whether an image begins as libxl's streams do. */
    static boolean begins(byte[] image) {
        return image.length >= IDENT.length && Arrays.equals(image, 0, IDENT.length, IDENT, 0, IDENT.length);
    }

    void read() throws IOException {
        header();
        boolean ended = false;
        while (!ended) {
            number++;
            findings.enterRecord("libxl", number);
            ended = record(in.offset());
        }
    }

    private void header() throws IOException {
        findings.enterHeader("libxl header");
        long at = in.offset();
        in.order(ByteOrder.BIG_ENDIAN);
        if (!Arrays.equals(in.bytes(IDENT.length), IDENT)) {
            throw findings.fatal(at, "no libxl stream begins here");
        }
        version = in.u32();
        if (version != 2) {
            throw findings.fatal(at + 8, "its version is " + version + ": 2 is known");
        }
        long options = in.u32();
        if ((options & ~(BIG_ENDIAN | LEGACY)) != 0) {
            findings.error(at + 12, "reserved bits of the options " + PageData.hex(options) + " are not 0");
        }
        converted = (options & LEGACY) != 0;
        if ((options & BIG_ENDIAN) != 0) {
            endian = Endian.BIG;
            findings.error(at + 12, "the stream is big-endian: libxl restores only little-endian ones");
        }
        order();
    }

    private void order() {
        in.order(endian == Endian.BIG ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads one; gives whether it was the last. */
    private boolean record(long at) throws IOException {
        order();
        long type = in.u32();
        String name = type < TYPES.length ? TYPES[(int) type] : "type " + PageData.hex(type);
        findings.recordIs(name);
        long length = in.u32();
        if (type >= TYPES.length) {
            unknown(at, type);
        } else {
            body((int) type, at, length);
        }
        Padding.check(in, findings, at, length);
        log.add("libxl", number, name, at, in.offset() - at);
        if (type == LIBXC_CONTEXT || type == CHECKPOINT_END) {
            readImage();
        } else if (type == END) {
            complete(at);
        }
        return type == END;
    }

    private void unknown(long at, long type) {
        if ((type & LibxcRecord.OPTIONAL) == 0) {
            findings.error(at, "nobody knows this type, and it is not optional");
        } else {
            findings.warning(at, "nobody knows this type: libxl refuses it although it is optional");
        }
    }

    private void body(int type, long at, long length) throws IOException {
        switch (type) {
            case END, LIBXC_CONTEXT, CHECKPOINT_END -> {
                if (length != 0) {
                    throw findings.fatal(at + 4, "its body has " + length + " bytes, not 0");
                }
                if (type == LIBXC_CONTEXT && libxc.isPresent()) {
                    throw findings.fatal(at, "comes a second time");
                }
                if (type == CHECKPOINT_END && !inCheckpoint) {
                    throw findings.fatal(at, "comes without a CHECKPOINT record before it");
                }
            }
            case XENSTORE_DATA, CONTEXT -> emulator(type, at, length);
            case CHECKPOINT_STATE -> state(at, length);
            default -> throw new IllegalArgumentException("no type of record: " + type);
        }
    }

    private void emulator(int type, long at, long length) throws IOException {
        if (libxc.isEmpty()) {
            findings.error(at, "comes before LIBXC_CONTEXT");
        }
        if (guest.isPresent() && guest.get() != GuestType.HVM) {
            findings.error(at, "is of HVM guests, but the configuration is of a " + guest.get() + " guest");
        }
        if (type == CONTEXT) {
            emulators.context(length, converted);
        } else {
            emulators.xenstore(length, converted);
        }
    }

    private void state(long at, long length) throws IOException {
        if (length != 4 && length != 8) {
            throw findings.fatal(at + 4, "its body has " + length + " bytes, not 4");
        }
        long id = in.u32();
        if (id > MOST_STATE) {
            findings.error(at + 8, "its control id is " + id + ": 0 to " + MOST_STATE + " are known");
        }
        if (!checkpointed) {
            findings.error(at, "comes without a checkpoint before it");
        }
    }

    private void readImage() throws IOException {
        LibxcImage image;
        if (libxc.isPresent()) {
            image = libxc.get();
            emulators.checkpoint();
        } else {
            image = new LibxcImage(in, findings, log);
            domain.ifPresent(image::bound);
            libxc = Optional.of(image);
            image.headers();
        }
        image.byteOrder();
        inCheckpoint = !image.records();
        checkpointed |= inCheckpoint;
        order();
    }

    private void complete(long at) {
        if (libxc.isEmpty()) {
            findings.error(at, "the record LIBXC_CONTEXT is missing before it");
        } else if (inCheckpoint) {
            findings.error(at, "comes in the middle of a checkpoint");
        }
        if (guest.isPresent() && guest.get() == GuestType.HVM && !emulators.anyState()) {
            findings.error(
                    at, "the record EMULATOR_CONTEXT is missing before it: the configuration is of an HVM guest");
        }
    }

    /** What was read so far. */
    Libxl report() {
        return new Libxl(begin, version, endian, converted, emulators.list());
    }

    Optional<Libxc> image() {
        return libxc.flatMap(LibxcImage::report);
    }
}
