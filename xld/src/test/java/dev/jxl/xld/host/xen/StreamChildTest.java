package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xenctrl.libc.LibC;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process that sends or restores a guest does with its link. */
class StreamChildTest {
    /** The other side may have gone before the process has come so far. */
    @ParameterizedTest
    @ValueSource(ints = {LibC.O_RDONLY, LibC.O_WRONLY})
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void pipeWhoseOtherEndHasGone_isOpenedAtOnceAndByOneEndOnly(int end, @TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        int fd = StreamChild.openEnd(pipe.toString(), end);
        try {
            assertThat(openEnds(pipe)).containsExactly(Integer.toString(fd));
            assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + fd)))
                    .containsPattern("flags:\\s+[0-7]*" + end + "\n");
        } finally {
            LibC.close(fd);
        }
    }

    private static List<String> openEnds(Path pipe) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(Files::isSymbolicLink)
                    .filter(descriptor -> target(descriptor).equals(pipe))
                    .map(descriptor -> descriptor.getFileName().toString())
                    .toList();
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            return Path.of("gone");
        }
    }
}
