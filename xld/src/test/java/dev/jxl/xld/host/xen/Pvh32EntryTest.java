package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.host.HostFiles.KernelKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which 32-bit programs are kernels of PVH guests. */
class Pvh32EntryTest {
    private static final int HEADERS = 52;
    private static final int NOTES = 96;

    @TempDir
    Path folder;

    /** One segment, of that kind, with two notes: another one's, and one of that owner and kind. */
    private static ByteBuffer elf(int segment, String owner, int kind) {
        ByteBuffer elf = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1});
        elf.putShort(18, (short) 3);
        elf.putInt(28, HEADERS);
        elf.putShort(42, (short) 32).putShort(44, (short) 1);
        elf.putInt(HEADERS, segment).putInt(HEADERS + 4, NOTES).putInt(HEADERS + 16, 48);
        elf.position(NOTES);
        note(elf, "GNU", 18);
        note(elf, owner, kind);
        return elf;
    }

    private static void note(ByteBuffer elf, String owner, int kind) {
        elf.putInt(owner.length() + 1).putInt(4).putInt(kind);
        elf.put(owner.getBytes(StandardCharsets.US_ASCII)).put((byte) 0).putInt(0x100000);
    }

    private KernelKind kind(ByteBuffer elf) throws IOException {
        byte[] bytes = new byte[elf.capacity()];
        elf.get(0, bytes);
        Path file = Files.write(folder.resolve("kernel"), bytes);
        return new XenHostFiles(new KernelLane()).inspectKernel(file);
    }

    @Test
    void programWithPvhsEntry_isAKernelOfPvhGuests() throws IOException {
        assertThat(kind(elf(4, "Xen", 18))).isEqualTo(KernelKind.PVH32);
    }

    @ParameterizedTest
    @CsvSource({"1, Xen, 18", "4, Xen, 6", "4, GNU, 18"})
    void others_areNot(int segment, String owner, int kind) throws IOException {
        assertThat(kind(elf(segment, owner, kind))).isEqualTo(KernelKind.ELF32);
    }

    @Test
    void lengthsThatLie_endTheSearch() throws IOException {
        for (int length : new int[] {-1, Integer.MAX_VALUE, 40}) {
            assertThat(kind(elf(4, "Xen", 18).putInt(NOTES, length))).isEqualTo(KernelKind.ELF32);
            assertThat(kind(elf(4, "Xen", 18).putInt(NOTES + 4, length))).isEqualTo(KernelKind.ELF32);
        }
        assertThat(kind(elf(4, "Xen", 18).putInt(HEADERS + 4, -16))).isEqualTo(KernelKind.ELF32);
        assertThat(kind(elf(4, "Xen", 18).putInt(28, -4))).isEqualTo(KernelKind.ELF32);
        assertThat(kind(elf(4, "Xen", 18).putShort(44, (short) 0))).isEqualTo(KernelKind.ELF32);
    }
}
