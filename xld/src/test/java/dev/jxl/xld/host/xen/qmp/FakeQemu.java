package dev.jxl.xld.host.xen.qmp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A monitor's socket that says what a test wants. {@code ID} in an answer stands for the command's id. */
public final class FakeQemu implements AutoCloseable {
    /** What QEMU begins with. */
    public static final String GREETING = "{\"QMP\": {\"version\": {}, \"capabilities\": [\"oob\"]}}\r\n";

    static final String OK = "{\"return\": {}, \"id\": \"ID\"}\r\n";
    static final String SILENCE = "";

    /** The lines that came, of all conversations. */
    public final List<String> heard = new CopyOnWriteArrayList<>();

    private final ServerSocketChannel server;

    /** Listens at once. {@code answers} gives what is said to a line. */
    public FakeQemu(Path socket, String greeting, UnaryOperator<String> answers) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(() -> serve(greeting, answers));
    }

    private void serve(String greeting, UnaryOperator<String> answers) {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept();
                    Scanner lines = new Scanner(Channels.newInputStream(client), StandardCharsets.UTF_8)) {
                say(client, greeting);
                while (lines.hasNextLine()) {
                    String line = lines.nextLine();
                    heard.add(line);
                    String id = line.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1");
                    String answer = line.contains("qmp_capabilities") ? OK : answers.apply(line);
                    if (answer.equals("HANG UP")) {
                        break;
                    }
                    say(client, answer.replace("ID", id));
                }
            } catch (IOException gone) {
                // The client has had enough.
            }
        }
    }

    private static void say(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
