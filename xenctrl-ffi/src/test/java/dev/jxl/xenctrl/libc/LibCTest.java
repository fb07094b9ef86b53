package dev.jxl.xenctrl.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.jxl.xenctrl.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibCTest {
    private static final long FIONREAD = 0x541b;
    private static final long LOOP_GET_STATUS64 = 0x4c05;

    @Test
    void missingFile_saysSoWithPathAndErrno() {
        assertThatThrownBy(() -> LibC.open("/nonexistent/file", LibC.O_RDONLY))
                .isInstanceOfSatisfying(
                        SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageContaining("open /nonexistent/file failed: ENOENT");
    }

    @Test
    void request_reachesTheKernel(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "seven!!");
        int fd = LibC.open(file.toString(), LibC.O_RDONLY);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            LibC.ioctl(fd, FIONREAD, count, "FIONREAD");
            assertThat(count.get(ValueLayout.JAVA_INT, 0)).isEqualTo(7);
            assertThatThrownBy(() -> LibC.ioctl(fd, LOOP_GET_STATUS64, 0, "LOOP_GET_STATUS64 of a plain file"))
                    .hasMessageContaining("LOOP_GET_STATUS64 of a plain file failed: ENOTTY");
        } finally {
            LibC.close(fd);
        }
    }

    @Test
    void closedFile_isGone(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "");
        int fd = LibC.open(file.toString(), LibC.O_RDWR);
        assertThat(openFiles()).contains(file.toRealPath());
        LibC.close(fd);
        assertThat(openFiles()).doesNotContain(file.toRealPath());
    }

    @Test
    void widenedPipe_takesMoreBeforeAnybodyReads(@TempDir Path dir) throws Exception {
        Path pipe = dir.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        int fd = LibC.open(pipe.toString(), LibC.O_RDWR);
        try (FileChannel writing = FileChannel.open(pipe, StandardOpenOption.WRITE)) {
            assertThat(LibC.widenPipe(fd, 1 << 20)).isTrue();
            int written = assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> writing.write(ByteBuffer.allocate(1 << 20)));
            assertThat(written).isEqualTo(1 << 20);
        } finally {
            LibC.close(fd);
        }
    }

    @Test
    void plainFile_cannotBeWidened(@TempDir Path dir) throws Exception {
        int fd = LibC.open(Files.writeString(dir.resolve("f"), "").toString(), LibC.O_RDWR);
        try {
            assertThat(LibC.widenPipe(fd, 1 << 20)).isFalse();
        } finally {
            LibC.close(fd);
        }
    }

    private static java.util.List<Path> openFiles() throws Exception {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.flatMap(link -> {
                        try {
                            return Stream.of(Files.readSymbolicLink(link));
                        } catch (java.io.IOException gone) {
                            return Stream.empty();
                        }
                    })
                    .toList();
        }
    }
}
