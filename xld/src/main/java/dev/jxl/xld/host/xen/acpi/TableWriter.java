package dev.jxl.xld.host.xen.acpi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Little-endian bytes of one ACPI structure, with its header and checksum. */
final class TableWriter {
    /** Bytes of the header that every table but RSDP and FACS begins with. */
    static final int HEADER_BYTES = 36;

    private static final int CHECKSUM_AT = 9;
    private static final int LENGTH_AT = 4;

    private final ByteBuffer bytes;

    private TableWriter(int size) {
        bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes without a header, all zero at first. */
    static TableWriter plain(int size) {
        return new TableWriter(size);
    }

    /**
     * A table with the common header.
     *
     * @param signature four letters
     * @param bodyBytes what follows the header
     * @source tools/libacpi/acpi2_0.h: struct acpi_header, ACPI_OEM_ID, ACPI_OEM_TABLE_ID
     */
    static TableWriter table(String signature, int revision, int bodyBytes) {
        TableWriter writer = new TableWriter(HEADER_BYTES + bodyBytes);
        writer.text(signature, 4).u32(HEADER_BYTES + bodyBytes).u8(revision).u8(0);
        // Guests key quirks on these two names, so they are Xen's and not jxl's.
        writer.text("Xen", 6).text("HVM", 8).u32(0).text("JXL", 4).u32(1);
        return writer;
    }

    TableWriter u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    TableWriter u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    TableWriter u32(long value) {
        bytes.putInt((int) value);
        return this;
    }

    TableWriter u64(long value) {
        bytes.putLong(value);
        return this;
    }

    /** Letters, filled up with zeros. */
    TableWriter text(String letters, int size) {
        byte[] ascii = letters.getBytes(StandardCharsets.US_ASCII);
        bytes.put(ascii).position(bytes.position() + size - ascii.length);
        return this;
    }

    TableWriter raw(byte[] more) {
        bytes.put(more);
        return this;
    }

    /** Leaves zeros. */
    TableWriter skip(int count) {
        bytes.position(bytes.position() + count);
        return this;
    }

    /** A register: address space, width in bits, offset, access size, address. */
    TableWriter register(int space, int bits, long address) {
        return u8(space).u8(bits).u8(0).u8(0).u64(address);
    }

    /** The bytes as they are. */
    byte[] bytes() {
        return bytes.array();
    }

    /** The bytes of a table, summing up to zero. */
    byte[] sealed() {
        byte[] array = bytes.array();
        if (bytes.getInt(LENGTH_AT) != array.length || bytes.position() != array.length) {
            throw new AssertionError("an ACPI table of " + array.length + " bytes was filled to " + bytes.position());
        }
        array[CHECKSUM_AT] = checksum(array, 0, array.length);
        return array;
    }

    /** The byte that makes the sum of all bytes of the range zero, when that byte itself is zero now. */
    static byte checksum(byte[] array, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += array[i];
        }
        return (byte) -sum;
    }
}
