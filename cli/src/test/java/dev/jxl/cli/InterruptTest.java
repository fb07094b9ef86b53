package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C during a create, against a server that this test plays by hand: the create does not end by itself. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class InterruptTest {
    private static final String OPERATION =
            "{\"id\":\"op-7\",\"kind\":\"create\",\"domainName\":\"web\",\"status\":\"%s\",\"step\":\"build\"}";

    @TempDir
    Path folder;

    @Test
    void interruptedCreate_isFoundByItsKeyAndCancelled() throws Exception {
        Path socket = folder.resolve("s");
        Path config = Files.writeString(folder.resolve("web.cfg"), "name='web'\n");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Process jxl = new ProcessBuilder(
                            SimulatedJxld.java(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.jxl.cli.Main",
                            "--socket=" + socket,
                            "create",
                            config.toString())
                    .start();
            try (SocketChannel waiting = server.accept()) {
                String create = request(waiting);
                assertThat(create).startsWith("POST /v1/domains?").contains("&wait=");
                // As Ctrl-C does; but SIGINT itself is ignored in whatever a script started in its background.
                new ProcessBuilder("kill", "-TERM", Long.toString(jxl.pid()))
                        .start()
                        .waitFor();
                try (SocketChannel cancelling = server.accept()) {
                    String again = request(cancelling);
                    assertThat(again).startsWith("POST /v1/domains?").doesNotContain("wait=");
                    assertThat(key(again)).isEqualTo(key(create));
                    answer(cancelling, "202 Accepted", OPERATION.formatted("running"));
                    assertThat(request(cancelling)).startsWith("POST /v1/operations/op-7/actions/cancel?wait=");
                    answer(cancelling, "200 OK", OPERATION.formatted("cancelled"));
                    String err = new String(jxl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
                    assertThat(jxl.waitFor()).isEqualTo(130);
                    assertThat(err).contains("'web' was not created: cancelled, nothing is left of it");
                }
            }
        }
    }

    private static String key(String request) {
        Matcher key = Pattern.compile("Idempotency-Key: (\\S+)").matcher(request);
        assertThat(key.find()).isTrue();
        return key.group(1);
    }

    private static String request(SocketChannel channel) throws IOException {
        InputStream in = Channels.newInputStream(channel);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (!text.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            text.write(in.read());
        }
        String head = text.toString(StandardCharsets.UTF_8);
        Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
        in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        return head;
    }

    private static void answer(SocketChannel channel, String status, String body) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode("HTTP/1.1 " + status + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
