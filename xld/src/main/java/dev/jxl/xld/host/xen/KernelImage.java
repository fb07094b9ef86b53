package dev.jxl.xld.host.xen;

import dev.jxl.xld.host.HostFiles.KernelKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What the first bytes of a kernel file say. */
final class KernelImage {
    /** So many bytes are enough. */
    static final int HEAD_BYTES = 4096;

    private static final int ELF_MAGIC = 0x464c457f;
    private static final int ELF_CLASS_AT = 4;
    private static final int ELF_CLASS_64 = 2;
    private static final int ELF_MACHINE_AT = 18;
    private static final int ELF_MACHINE_386 = 3;
    private static final int ELF_MACHINE_X86_64 = 62;
    private static final int ELF_HEAD_BYTES = 20;

    private static final int BOOT_FLAG_AT = 0x1fe;
    private static final int BOOT_FLAG = 0xaa55;
    private static final int HEADER_MAGIC_AT = 0x202;
    private static final int HEADER_MAGIC = 0x53726448; // "HdrS"
    private static final int BZIMAGE_HEAD_BYTES = 0x206;

    private static final int GZIP_MAGIC = 0x8b1f;

    /** bzip2, xz, lzma, lzo, lz4 (as in Linux), zstd. @source tools/libs/guest/xg_dom_bzimageloader.c */
    private static final List<byte[]> OTHER_COMPRESSIONS = List.of(
            new byte[] {'B', 'Z', 'h'},
            new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0},
            new byte[] {0x5d, 0, 0},
            new byte[] {(byte) 0x89, 'L', 'Z', 'O'},
            new byte[] {0x02, 0x21, 0x4c, 0x18},
            new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd});

    private KernelImage() {}

    /** @param head the first {@link #HEAD_BYTES} bytes, or the whole file when it is shorter */
    static KernelKind kindOf(byte[] head) {
        ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        if (head.length >= 2 && (bytes.getShort(0) & 0xffff) == GZIP_MAGIC) {
            return kindOfGzip(head);
        }
        if (OTHER_COMPRESSIONS.stream().anyMatch(magic -> startsWith(head, magic))) {
            return KernelKind.COMPRESSED;
        }
        return kindOfPlain(bytes);
    }

    private static KernelKind kindOfPlain(ByteBuffer bytes) {
        if (bytes.limit() >= ELF_HEAD_BYTES && bytes.getInt(0) == ELF_MAGIC) {
            int machine = bytes.getShort(ELF_MACHINE_AT) & 0xffff;
            boolean wide = bytes.get(ELF_CLASS_AT) == ELF_CLASS_64;
            if (wide) {
                return machine == ELF_MACHINE_X86_64 ? KernelKind.KERNEL : KernelKind.NOT_A_KERNEL;
            }
            return machine == ELF_MACHINE_386 ? KernelKind.ELF32 : KernelKind.NOT_A_KERNEL;
        }
        boolean bzImage = bytes.limit() >= BZIMAGE_HEAD_BYTES
                && (bytes.getShort(BOOT_FLAG_AT) & 0xffff) == BOOT_FLAG
                && bytes.getInt(HEADER_MAGIC_AT) == HEADER_MAGIC;
        return bzImage ? KernelKind.KERNEL : KernelKind.NOT_A_KERNEL;
    }

    // gzip is at hand, so a ramdisk given as kernel is found here and not by the builder.
    private static KernelKind kindOfGzip(byte[] head) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(head))) {
            byte[] inside = in.readNBytes(BZIMAGE_HEAD_BYTES);
            return kindOfPlain(ByteBuffer.wrap(inside).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException tooShort) {
            return KernelKind.COMPRESSED;
        }
    }

    private static boolean startsWith(byte[] head, byte[] magic) {
        return head.length >= magic.length && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
    }
}
