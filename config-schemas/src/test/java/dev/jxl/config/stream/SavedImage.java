package dev.jxl.config.stream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An image as a list of its headers and records, written from the specifications: knows nothing of the reader. */
final class SavedImage {
    /** A header, whose stream is empty, or a record; the padding is how many bytes at its end are that. */
    static final class Piece {
        private final String stream;
        private final String name;
        private final byte[] bytes;
        private final int padding;

        Piece(String stream, String name, byte[] bytes, int padding) {
            this.stream = stream;
            this.name = name;
            this.bytes = bytes;
            this.padding = padding;
        }

        String stream() {
            return stream;
        }

        String name() {
            return name;
        }

        byte[] bytes() {
            return bytes;
        }

        int padding() {
            return padding;
        }

        Piece with(int at, byte[] other) {
            byte[] changed = bytes.clone();
            System.arraycopy(other, 0, changed, at, other.length);
            return new Piece(stream, name, changed, padding);
        }

        boolean isRecord() {
            return !stream.isEmpty();
        }
    }

    private static final List<String> LIBXC = List.of(
            "END",
            "PAGE_DATA",
            "X86_PV_INFO",
            "X86_PV_P2M_FRAMES",
            "X86_PV_VCPU_BASIC",
            "X86_PV_VCPU_EXTENDED",
            "X86_PV_VCPU_XSAVE",
            "SHARED_INFO",
            "X86_TSC_INFO",
            "HVM_CONTEXT",
            "HVM_PARAMS",
            "TOOLSTACK",
            "X86_PV_VCPU_MSRS",
            "VERIFY",
            "CHECKPOINT",
            "CHECKPOINT_DIRTY_PFN_LIST",
            "STATIC_DATA_END",
            "X86_CPUID_POLICY",
            "X86_MSR_POLICY");
    private static final List<String> LIBXL = List.of(
            "END", "LIBXC_CONTEXT", "EMULATOR_XENSTORE_DATA", "EMULATOR_CONTEXT", "CHECKPOINT_END", "CHECKPOINT_STATE");

    final List<Piece> pieces;

    SavedImage(List<Piece> pieces) {
        this.pieces = pieces;
    }

    static SavedImage empty() {
        return new SavedImage(new ArrayList<>());
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        pieces.forEach(piece -> out.writeBytes(piece.bytes()));
        return out.toByteArray();
    }

    long offset(int index) {
        return pieces.subList(0, index).stream()
                .mapToLong(p -> p.bytes().length)
                .sum();
    }

    /** Where a header or the first record of that name is. */
    int index(String name) {
        for (int i = 0; i < pieces.size(); i++) {
            if ((pieces.get(i).stream() + ":" + pieces.get(i).name()).equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException(name);
    }

    SavedImage replace(int index, Piece... others) {
        List<Piece> changed = new ArrayList<>(pieces);
        changed.remove(index);
        changed.addAll(index, List.of(others));
        return new SavedImage(changed);
    }

    SavedImage poke(String name, int at, byte[] value) {
        int index = index(name);
        return replace(index, pieces.get(index).with(at, value));
    }

    SavedImage header(String name, byte[] bytes) {
        pieces.add(new Piece("", name, bytes, 0));
        return this;
    }

    SavedImage xl(String config) {
        byte[] text = (config + "\0").getBytes(StandardCharsets.UTF_8);
        return header(
                "xl",
                join(
                        "Xen saved domain, xl format\n \0 \r".getBytes(StandardCharsets.US_ASCII),
                        u32(0x01020304, 3, 0, 4 + text.length, text.length),
                        text));
    }

    SavedImage libxlHeader() {
        return header("libxl", join("LibxlFmt".getBytes(StandardCharsets.US_ASCII), bytes(0, 0, 0, 2, 0, 0, 0, 0)));
    }

    SavedImage libxcHeaders(int version, int guest) {
        header("image", join(u64(-1), bytes('X', 'E', 'N', 'F', 0, 0, 0, version, 0, 0, 0, 0, 0, 0, 0, 0)));
        return header("domain", join(u32(guest, 12, 4, 20)));
    }

    SavedImage libxl(String type, byte[]... body) {
        pieces.add(record("libxl", type, LIBXL.indexOf(type), join(body)));
        return this;
    }

    SavedImage libxc(String type, byte[]... body) {
        pieces.add(record("libxc", type, LIBXC.indexOf(type), join(body)));
        return this;
    }

    static Piece record(String stream, String name, int type, byte[] body) {
        int padding = -body.length & 7;
        return new Piece(stream, name, join(u32(type, body.length), body, new byte[padding]), padding);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] bytes(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            all[i] = (byte) values[i];
        }
        return all;
    }

    static byte[] u16(int... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            out.putShort((short) value);
        }
        return out.array();
    }

    static byte[] u32(int... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            out.putInt(value);
        }
        return out.array();
    }

    static byte[] u64(long... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            out.putLong(value);
        }
        return out.array();
    }
}
