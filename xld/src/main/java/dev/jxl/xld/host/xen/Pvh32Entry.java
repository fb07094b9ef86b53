package dev.jxl.xld.host.xen;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Whether a 32-bit ELF can be entered as PVH guests are, by its note: GRUB for PVH is such a program.
 *
 * @source xen/include/public/elfnote.h: XEN_ELFNOTE_PHYS32_ENTRY; xen/common/libelf/libelf-dominfo.c: elf_xen_parse
 */
final class Pvh32Entry {
    private static final int PHYS32_ENTRY = 18;
    private static final String OWNER = "Xen";
    private static final int PT_NOTE = 4;
    private static final int MOST_HEADERS = 64;
    private static final int MOST_NOTES = 64 * 1024;

    private static final int HEADERS_AT = 28;
    private static final int HEADER_SIZE_AT = 42;
    private static final int HEADER_COUNT_AT = 44;
    private static final int ELF_HEADER_BYTES = 52;
    private static final int HEADER_BYTES = 32;

    private Pvh32Entry() {}

    /** @param file begins with a 32-bit ELF header; the rest is anybody's */
    static boolean in(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer elf = read(channel, 0, ELF_HEADER_BYTES);
            if (elf.limit() < ELF_HEADER_BYTES) {
                return false;
            }
            long at = Integer.toUnsignedLong(elf.getInt(HEADERS_AT));
            int size = Short.toUnsignedInt(elf.getShort(HEADER_SIZE_AT));
            int count = Math.min(Short.toUnsignedInt(elf.getShort(HEADER_COUNT_AT)), MOST_HEADERS);
            for (int i = 0; i < count && size >= HEADER_BYTES; i++) {
                ByteBuffer header = read(channel, at + (long) i * size, HEADER_BYTES);
                if (header.limit() == HEADER_BYTES && header.getInt(0) == PT_NOTE && isIn(notes(channel, header))) {
                    return true;
                }
            }
            return false;
        }
    }

    private static ByteBuffer notes(FileChannel channel, ByteBuffer header) throws IOException {
        long at = Integer.toUnsignedLong(header.getInt(4));
        long size = Integer.toUnsignedLong(header.getInt(16));
        return read(channel, at, (int) Math.min(size, MOST_NOTES));
    }

    private static ByteBuffer read(FileChannel channel, long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {}
        return buffer.flip();
    }

    /** Each note: length of its owner's name, length of its value, kind; then both, each filled up to four bytes. */
    private static boolean isIn(ByteBuffer notes) {
        while (notes.remaining() >= 12) {
            int nameLength = notes.getInt();
            int valueLength = notes.getInt();
            int kind = notes.getInt();
            long whole = padded(nameLength) + padded(valueLength);
            if (nameLength < 0 || valueLength < 0 || whole > notes.remaining()) {
                return false;
            }
            int next = notes.position() + (int) whole;
            if (kind == PHYS32_ENTRY && nameLength == OWNER.length() + 1) {
                byte[] name = new byte[OWNER.length()];
                notes.get(name);
                if (OWNER.equals(new String(name, StandardCharsets.US_ASCII))) {
                    return true;
                }
            }
            notes.position(next);
        }
        return false;
    }

    private static long padded(int length) {
        return (length + 3L) & ~3L;
    }
}
