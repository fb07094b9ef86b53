package dev.jxl.config.stream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes what is around libxc's image in a saved guest's file, as xl does.
 *
 * @source tools/xl/xl_saverestore.c: save_domain_core_writeconfig; docs/specs/libxl-migration-stream.pandoc
 */
public final class SaveFile {
    private static final byte[] MAGIC = "Xen saved domain, xl format\n \0 \r".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] IDENT = "LibxlFmt".getBytes(StandardCharsets.US_ASCII);
    static final int ORDER = 0x0102_0304;
    static final int JSON_AND_STREAM_V2 = 3;
    private static final int VERSION = 2;
    static final int END = 0;
    private static final int LIBXC_CONTEXT = 1;
    static final int EMULATOR_CONTEXT = 3;
    static final int QEMU_UPSTREAM = 2;
    private static final int ALIGNMENT = 8;

    private SaveFile() {}

    /**
     * Everything before libxc's image.
     *
     * @param configuration the domain's, in libxl's JSON
     */
    public static byte[] head(String configuration) {
        byte[] json = configuration.getBytes(StandardCharsets.UTF_8);
        int length = json.length + 1;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.writeBytes(numbers(ORDER, JSON_AND_STREAM_V2, 0, Integer.BYTES + length, length));
        out.writeBytes(json);
        out.write(0);
        out.writeBytes(libxlHead());
        return out.toByteArray();
    }

    static byte[] magic() {
        return MAGIC.clone();
    }

    /** The beginning of libxl's stream, up to libxc's image. */
    static byte[] libxlHead() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(IDENT);
        // The stream's own header is big-endian, its records are not.
        out.writeBytes(
                ByteBuffer.allocate(2 * Integer.BYTES).putInt(VERSION).putInt(0).array());
        out.writeBytes(numbers(LIBXC_CONTEXT, 0));
        return out.toByteArray();
    }

    /** What comes before the state of an HVM guest's QEMU, after libxc's image. */
    public static byte[] beforeDeviceModel(int stateBytes) {
        return numbers(EMULATOR_CONTEXT, 2 * Integer.BYTES + stateBytes, QEMU_UPSTREAM, 0);
    }

    /** What follows that state: zeros up to the next record. */
    public static byte[] afterDeviceModel(int stateBytes) {
        return new byte[Math.floorMod(-stateBytes, ALIGNMENT)];
    }

    /** The end of the file. */
    public static byte[] end() {
        return numbers(END, 0);
    }

    private static byte[] numbers(int... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            out.putInt(value);
        }
        return out.array();
    }
}
