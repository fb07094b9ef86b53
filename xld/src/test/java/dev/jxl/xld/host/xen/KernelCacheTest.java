package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
    @TempDir
    Path folder;

    private Path kernel;
    private KernelCache cache;

    @BeforeEach
    void makeKernel() throws IOException {
        kernel = Files.writeString(folder.resolve("vmlinuz"), "packed");
        cache = new KernelCache(folder.resolve("cache"), "this boot");
    }

    @Test
    void firstBuildLoadsTheFile_theNextItsUnpackedForm() throws IOException {
        KernelCache.Kernel first = cache.look(kernel);
        assertThat(first.toLoad()).isEqualTo(kernel);
        first.keep(unpacked());

        Path second = cache.look(kernel).toLoad();
        assertThat(second).isNotEqualTo(kernel).hasContent("unpacked kernel");
    }

    @Test
    void changedKernel_isNotServedFromTheOldOne() throws IOException {
        cache.look(kernel).keep(unpacked());
        Files.writeString(kernel, "packed, and newer");
        assertThat(cache.look(kernel).toLoad()).isEqualTo(kernel);
    }

    @Test
    void kernelReplacedWhileItWasRead_isNotKept() throws IOException {
        KernelCache.Kernel before = cache.look(kernel);
        Files.writeString(kernel, "replaced meanwhile");
        before.keep(unpacked());
        assertThat(cache.look(kernel).toLoad()).isEqualTo(kernel);
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void keptInAnEarlierBoot_isNotUsed() {
        cache.look(kernel).keep(unpacked());
        assertThat(new KernelCache(folder.resolve("cache"), "next boot")
                        .look(kernel)
                        .toLoad())
                .isEqualTo(kernel);
    }

    @Test
    void kernelThatWasNotCompressed_isNotCopied() {
        cache.look(kernel).keep(ByteBuffer.wrap("packed".getBytes(StandardCharsets.UTF_8)));
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void folderThatCannotBeMade_costsNothingButTheCache() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        KernelCache.Kernel looked = new KernelCache(file.resolve("cache"), "this boot").look(kernel);
        looked.keep(unpacked());
        assertThat(looked.toLoad()).isEqualTo(kernel);
    }

    @Test
    void manyKernels_onlyTheLastFewStay() throws IOException {
        for (int i = 0; i < 9; i++) {
            cache.look(Files.writeString(folder.resolve("vmlinuz" + i), "packed" + i))
                    .keep(unpacked());
        }
        try (Stream<Path> kept = Files.list(folder.resolve("cache"))) {
            assertThat(kept).hasSize(4);
        }
    }

    @Test
    void missingKernel_isLeftToTheBuilderToTell() {
        Path missing = folder.resolve("missing");
        assertThat(cache.look(missing).toLoad()).isEqualTo(missing);
    }

    private static ByteBuffer unpacked() {
        return ByteBuffer.wrap("unpacked kernel".getBytes(StandardCharsets.UTF_8))
                .asReadOnlyBuffer();
    }
}
