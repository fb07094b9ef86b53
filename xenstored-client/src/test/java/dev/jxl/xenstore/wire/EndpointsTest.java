package dev.jxl.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jxl.xenstore.XenStoreException.Unreachable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {
    @TempDir
    private Path directory;

    @Test
    void missing_socket_is_named_with_what_to_do() {
        Path socket = directory.resolve("no-socket");
        assertThatExceptionOfType(Unreachable.class)
                .isThrownBy(() -> WireXenStore.connect(socket))
                .withMessageContaining(socket.toString())
                .withMessageContaining("systemctl status xenstored");
    }

    @Test
    void socket_nobody_listens_on_is_unreachable() throws Exception {
        Path socket = directory.resolve("file");
        Files.writeString(socket, "not a socket");
        assertThatExceptionOfType(Unreachable.class)
                .isThrownBy(() -> WireXenStore.connect(socket))
                .withMessageContaining(socket.toString());
    }

    @Test
    void named_place_is_used() {
        Path socket = directory.resolve("named");
        assertThat(Endpoints.ofThisMachine(socket.toString()).description()).isEqualTo(socket.toString());
    }

    @Test
    void device_that_is_no_xenbus_fails_and_does_not_hang() {
        assertThatExceptionOfType(Unreachable.class)
                .isThrownBy(() -> WireXenStore.connect(Path.of("/dev/null")))
                .withMessageContaining("/dev/null closed the connection");
    }
}
