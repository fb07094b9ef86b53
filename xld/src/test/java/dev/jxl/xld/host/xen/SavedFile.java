package dev.jxl.xld.host.xen;

import dev.jxl.config.stream.SaveFile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A saved guest's file as its headers and records, small but whole: of a guest that nobody has run. */
record SavedFile(String configuration, List<byte[]> parts) {
    private static final int PAGE = 4096;

    /** How many of the parts are headers: xl's with its configuration and libxl's with its first record, both of libxc's. */
    static final int HEADERS = 3;

    static SavedFile of(String type) {
        String configuration = """
                {
                    "c_info": { "type": "%s", "name": "broken", "uuid": "0a1b2c3d-0000-4000-8000-00000000abcd" },
                    "b_info": { "max_vcpus": 1, "max_memkb": 65536, "target_memkb": 65536, "type": "%s" }
                }
                """.formatted(type, type);
        List<byte[]> parts = new ArrayList<>();
        parts.add(SaveFile.head(configuration));
        parts.add(
                ByteBuffer.allocate(24).putLong(-1).putInt(0x58454E46).putInt(3).array());
        parts.add(u32(type.equals("pv") ? 1 : 2, 12, 4, 17));
        if (type.equals("pv")) {
            pv(parts);
        } else {
            hvm(parts);
        }
        parts.add(record(0));
        if (type.equals("hvm")) {
            byte[] state = "QEVM, and what it goes on with".getBytes(StandardCharsets.US_ASCII);
            parts.add(join(SaveFile.beforeDeviceModel(state.length), state, SaveFile.afterDeviceModel(state.length)));
        }
        parts.add(SaveFile.end());
        return new SavedFile(configuration, List.copyOf(parts));
    }

    private static void policies(List<byte[]> parts) {
        parts.add(record(0x11, u32(0, -1, 1, 2, 3, 4)));
        parts.add(record(0x12, u32(0xCE, 0, 7, 0)));
        parts.add(record(0x10));
    }

    private static void pv(List<byte[]> parts) {
        parts.add(record(2, new byte[] {8, 4, 0, 0, 0, 0, 0, 0}));
        policies(parts);
        parts.add(record(3, u32(0, 511, 2, 0)));
        parts.add(pages(0, 1, 2));
        parts.add(tsc());
        parts.add(record(7, new byte[PAGE]));
        parts.add(record(4, new byte[8 + 5168]));
        parts.add(record(6, new byte[8 + 596]));
    }

    private static void hvm(List<byte[]> parts) {
        policies(parts);
        parts.add(pages(0, 1, 0xFEFFC, 0xFEFFF));
        parts.add(pages(1));
        parts.add(tsc());
        byte[] header = u32(1, 24, 0x54381286, 1, 0, 0, 0x306A9, 2_400_000);
        parts.add(record(9, header, u32(2, 16, 0, 0, 0, 0), u32(0, 0)));
        parts.add(record(10, u32(2, 0, 1, 0, 0xFEFFC, 0, 17, 0, 0xFEFFF, 0)));
    }

    private static byte[] tsc() {
        return record(8, u32(0, 2_400_000, 1_000_000, 0, 1, 0));
    }

    private static byte[] pages(long... pfns) {
        ByteBuffer out = ByteBuffer.allocate(8 + pfns.length * (8 + PAGE)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(pfns.length).putInt(0);
        for (long pfn : pfns) {
            out.putLong(pfn);
        }
        return record(1, out.array());
    }

    static byte[] record(int type, byte[]... body) {
        byte[] all = join(body);
        return join(u32(type, all.length), all, new byte[-all.length & 7]);
    }

    static byte[] u32(int... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            out.putInt(value);
        }
        return out.array();
    }

    static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    byte[] bytes() {
        return join(parts.toArray(byte[][]::new));
    }

    int offset(int part) {
        return parts.subList(0, part).stream().mapToInt(p -> p.length).sum();
    }

    /** With others in the place of one. */
    SavedFile with(int part, byte[]... others) {
        List<byte[]> changed = new ArrayList<>(parts);
        changed.remove(part);
        changed.addAll(part, List.of(others));
        return new SavedFile(configuration, changed);
    }

    /** With another number in it. */
    SavedFile poke(int part, int at, int value) {
        byte[] changed = parts.get(part).clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return with(part, changed);
    }
}
