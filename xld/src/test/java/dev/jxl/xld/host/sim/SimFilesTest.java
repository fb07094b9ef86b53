package dev.jxl.xld.host.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.host.HostFiles;
import dev.jxl.xld.host.HostFiles.KernelKind;
import dev.jxl.xld.host.HostFiles.PathKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels and disk images, real and pretended. */
class SimFilesTest {
    private final SimHost host = SimHost.create(SimSettings.standard());
    private final HostFiles files = host.files();

    @TempDir
    Path folder;

    @AfterEach
    void switchOff() {
        host.world().close();
    }

    @ParameterizedTest
    @CsvSource({
        "/sim/vmlinuz, KERNEL",
        "/sim/missing, MISSING",
        "/sim/junk, NOT_A_KERNEL",
        "/sim/elf32, ELF32",
        "/nowhere/at/all, MISSING",
        "/, UNREADABLE",
        "/etc/passwd, NOT_A_KERNEL"
    })
    void kernelPath_isWhatItSays(String path, KernelKind kind) {
        assertThat(files.inspectKernel(Path.of(path))).isEqualTo(kind);
    }

    @Test
    void realKernels_areKnownByTheirFirstBytes() throws IOException {
        byte[] elf64 = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0};
        byte[] elf32 = {0x7f, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0};
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(elf64);
        }
        byte[] bzImage = new byte[1024];
        System.arraycopy(new byte[] {'H', 'd', 'r', 'S'}, 0, bzImage, 0x202, 4);

        assertThat(kindOf(elf64)).isEqualTo(KernelKind.KERNEL);
        assertThat(kindOf(elf32)).isEqualTo(KernelKind.ELF32);
        assertThat(kindOf(packed.toByteArray())).isEqualTo(KernelKind.KERNEL);
        assertThat(kindOf(bzImage)).isEqualTo(KernelKind.KERNEL);
        assertThat(kindOf(new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0})).isEqualTo(KernelKind.COMPRESSED);
        assertThat(kindOf(new byte[0])).isEqualTo(KernelKind.NOT_A_KERNEL);
    }

    private KernelKind kindOf(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("kernel"), content);
        return files.inspectKernel(file);
    }

    @ParameterizedTest
    @CsvSource({
        "/sim/root.img, FILE",
        "/sim/dev/vg/root, BLOCK_DEVICE",
        "/sim/missing.img, MISSING",
        "/nowhere, MISSING",
        "/etc, OTHER",
        "/etc/passwd, FILE",
        "/dev/null, OTHER"
    })
    void diskPath_isWhatItSays(String path, PathKind kind) {
        assertThat(files.inspect(Path.of(path))).isEqualTo(kind);
    }
}
