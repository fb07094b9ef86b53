package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.host.HostFiles.KernelKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class KernelImageTest {
    private static byte[] elf(int elfClass, int machine) {
        byte[] head = new byte[1024];
        head[0] = 0x7f;
        head[1] = 'E';
        head[2] = 'L';
        head[3] = 'F';
        head[4] = (byte) elfClass;
        head[18] = (byte) machine;
        return head;
    }

    private static byte[] bzImage() {
        byte[] head = new byte[1024];
        head[0x1fe] = 0x55;
        head[0x1ff] = (byte) 0xaa;
        head[0x202] = 'H';
        head[0x203] = 'd';
        head[0x204] = 'r';
        head[0x205] = 'S';
        return head;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void kernelsOfThisMachine_areKernels() throws IOException {
        assertThat(KernelImage.kindOf(elf(2, 62))).isEqualTo(KernelKind.KERNEL);
        assertThat(KernelImage.kindOf(bzImage())).isEqualTo(KernelKind.KERNEL);
        assertThat(KernelImage.kindOf(gzip(elf(2, 62)))).isEqualTo(KernelKind.KERNEL);
        assertThat(KernelImage.kindOf(elf(1, 3))).isEqualTo(KernelKind.ELF32);
    }

    @Test
    void otherFiles_areNot() throws IOException {
        assertThat(KernelImage.kindOf(elf(2, 183))).as("arm64").isEqualTo(KernelKind.NOT_A_KERNEL);
        assertThat(KernelImage.kindOf("#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(KernelKind.NOT_A_KERNEL);
        assertThat(KernelImage.kindOf(new byte[0])).isEqualTo(KernelKind.NOT_A_KERNEL);
        assertThat(KernelImage.kindOf(
                        gzip("070701 a ramdisk".repeat(100).getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .isEqualTo(KernelKind.NOT_A_KERNEL);
    }

    @Test
    void compressedFiles_areLeftToTheBuilder() {
        assertThat(KernelImage.kindOf(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 2}))
                .isEqualTo(KernelKind.COMPRESSED);
        assertThat(KernelImage.kindOf(new byte[] {0x1f, (byte) 0x8b, 8}))
                .as("cut off")
                .isEqualTo(KernelKind.COMPRESSED);
    }
}
