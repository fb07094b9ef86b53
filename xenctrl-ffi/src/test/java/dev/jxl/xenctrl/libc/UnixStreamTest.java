package dev.jxl.xenctrl.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xenctrl.Errno;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnixStreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()), 1);
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    private Path socket() {
        return folder.resolve("s");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsSaid_isHeardOnBothSides_alsoMoreThanTheKernelHolds() throws IOException {
        try (UnixStream stream = UnixStream.open()) {
            stream.connect(socket(), PATIENCE);
            try (SocketChannel other = server.accept()) {
                other.write(ByteBuffer.wrap(bytes("hello")));
                byte[] into = new byte[100];
                assertThat(stream.read(into)).isEqualTo(5);
                assertThat(new String(into, 0, 5, StandardCharsets.UTF_8)).isEqualTo("hello");

                byte[] much = new byte[3_000_000];
                for (int i = 0; i < much.length; i++) {
                    much[i] = (byte) i;
                }
                CompletableFuture<Void> sent =
                        CompletableFuture.runAsync(() -> stream.write(much, OptionalInt.empty()));
                ByteBuffer heard = ByteBuffer.allocate(much.length);
                while (heard.hasRemaining()) {
                    assertThat(other.read(heard)).isPositive();
                }
                sent.join();
                assertThat(heard.array()).isEqualTo(much);
            }
            assertThat(stream.read(new byte[1])).isEqualTo(-1);
            assertThatThrownBy(() -> stream.write(bytes("more"), OptionalInt.empty()))
                    .hasMessageContaining("EPIPE");
        }
    }

    @Test
    void handedOverFile_staysOpenHere_andDoesNotTouchTheText() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "");
        int fd = LibC.open(file.toString(), LibC.O_RDONLY);
        try (UnixStream stream = UnixStream.open()) {
            stream.connect(socket(), PATIENCE);
            try (SocketChannel other = server.accept()) {
                stream.write(bytes("text"), OptionalInt.of(fd));
                ByteBuffer heard = ByteBuffer.allocate(100);
                other.read(heard);
                assertThat(heard.flip()).isEqualTo(ByteBuffer.wrap(bytes("text")));
            }
            assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd))).isEqualTo(file.toRealPath());
        } finally {
            LibC.close(fd);
        }
    }

    @Test
    void shutDownByAnother_theWaitingOneComesBack() throws IOException {
        try (UnixStream stream = UnixStream.open()) {
            stream.connect(socket(), PATIENCE);
            try (SocketChannel _ = server.accept()) {
                CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> stream.read(new byte[1]));
                stream.shutdown();
                assertThat(waiting.join()).isEqualTo(-1);
            }
        }
        UnixStream closed = UnixStream.open();
        closed.close();
        closed.close();
        closed.shutdown();
    }

    @Test
    void listenerThatTakesNobody_isWaitedForNoLongerThanThePatience() {
        // The kernel keeps two of them waiting in a line of one.
        try (UnixStream first = UnixStream.open();
                UnixStream second = UnixStream.open();
                UnixStream third = UnixStream.open()) {
            first.connect(socket(), PATIENCE);
            second.connect(socket(), PATIENCE);
            assertThatThrownBy(() -> third.connect(socket(), Duration.ofMillis(100)))
                    .isInstanceOfSatisfying(
                            SystemCallFailed.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
        }
    }

    @Test
    void nobodyListening_saysSo() {
        try (UnixStream stream = UnixStream.open()) {
            assertThatThrownBy(() -> stream.connect(folder.resolve("none"), PATIENCE))
                    .hasMessageContaining("connect " + folder.resolve("none") + " failed: ENOENT");
            assertThatThrownBy(() -> stream.connect(Path.of("/" + "x".repeat(200)), PATIENCE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
