package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLinks.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest's way to its own host. */
@Timeout(60)
class NamedPipesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path runtime;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The guest's memory is sent and taken by processes of their own, between the words. */
    @Test
    void whatOneEndSays_theOtherHears_andSoDoesWhoOpensThePipesByName() throws IOException {
        Loopback ends = NamedPipes.loopback(runtime);
        PipeLink sender = (PipeLink) ends.sender();
        PipeLink receiver = (PipeLink) ends.receiver();
        sender.send(bytes("head"), () -> {});
        assertThat(receiver.receive(4, SOON, () -> {})).isEqualTo(bytes("head"));
        Files.write(Path.of(sender.to()), bytes("memory"), StandardOpenOption.WRITE);
        sender.send(bytes("end"), () -> {});
        try (InputStream in = Files.newInputStream(Path.of(receiver.from()))) {
            assertThat(in.readNBytes(6)).isEqualTo(bytes("memory"));
        }
        assertThat(receiver.receive(3, SOON, () -> {})).isEqualTo(bytes("end"));
        receiver.send(bytes("taken"), () -> {});
        assertThat(sender.receive(5, SOON, () -> {})).isEqualTo(bytes("taken"));
        receiver.close();
        sender.close();
        assertThat(runtime).isEmptyDirectory();
    }

    @Test
    void endThatIsClosed_isSeenAtTheOtherOne() throws IOException {
        Loopback ends = NamedPipes.loopback(runtime);
        ends.sender().close();
        assertThatThrownBy(() -> ends.receiver().receive(1, SOON, () -> {}))
                .isInstanceOf(MigrationFailed.class)
                .hasMessageContaining("the other side has gone");
        ends.receiver().close();
    }

    @Test
    void pipesOfAnEarlierJxld_areRemoved() throws IOException {
        NamedPipes left = NamedPipes.make(runtime);
        assertThat(left.from()).exists();
        NamedPipes.sweep(runtime);
        assertThat(runtime).isEmptyDirectory();
    }
}
