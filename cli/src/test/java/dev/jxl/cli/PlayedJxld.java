package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** jxld's socket, behind which a test plays by hand what jxld would say. */
final class PlayedJxld implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;

    PlayedJxld(Path socket) throws IOException {
        this.socket = socket;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
    }

    Path socket() {
        return socket;
    }

    /** Starts jxl as a process of its own. */
    Process jxl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                SimulatedJxld.java(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.jxl.cli.Main",
                "--socket=" + socket));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).start();
    }

    /** As Ctrl-C does; but SIGINT itself is ignored in whatever a script started in its background. */
    static void interrupt(Process jxl) throws Exception {
        new ProcessBuilder("kill", "-TERM", Long.toString(jxl.pid())).start().waitFor();
    }

    /** The next client. */
    Client accept() throws IOException {
        return new Client(server.accept());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** What a request's line has as a parameter of its query. */
    static String parameter(String request, String name) {
        return decoded(found("[?&]" + name + "=([^& ]*)", request));
    }

    static String key(String request) {
        return found("Idempotency-Key: (\\S+)", request);
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    private static String found(String pattern, String request) {
        Matcher matcher = Pattern.compile(pattern).matcher(request);
        assertThat(matcher.find()).as(pattern + " in " + request).isTrue();
        return matcher.group(1);
    }

    /** A connection. */
    record Client(SocketChannel channel) implements AutoCloseable {
        /** Reads a request; gives its head. */
        String request() throws IOException {
            InputStream in = Channels.newInputStream(channel);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            while (!text.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
                int next = in.read();
                assertThat(next).as("the request after: " + text).isNotNegative();
                text.write(next);
            }
            String head = text.toString(StandardCharsets.UTF_8);
            Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
            in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
            return head;
        }

        void answer(String status, String body) throws IOException {
            ByteBuffer bytes =
                    StandardCharsets.UTF_8.encode("HTTP/1.1 " + status + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        /** Whether the other end closed it without a further request. */
        boolean ended() throws IOException {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
