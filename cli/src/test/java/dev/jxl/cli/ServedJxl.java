package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.cli.SimulatedJxld.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** jxl's front, as it is built and laid out, and the server that it asks. What it does not have served ends with {@link #OWN}. */
final class ServedJxl implements AutoCloseable {
    /** The exit code of what stands here for the launcher of a JVM. */
    static final int OWN = 99;

    private final Path front;
    private final Path socket;
    private final Process server;

    ServedJxl(Path folder) throws Exception {
        front = folder.resolve("bin/jxl");
        socket = folder.resolve("cli.sock");
        Process make = new ProcessBuilder("make", "-s", "-C", "front", "BUILD=" + front.getParent())
                .inheritIO()
                .start();
        assertThat(make.waitFor()).as("make in cli/front; it needs gcc").isZero();
        Path launcher = Files.createDirectories(folder.resolve("lib/jxl")).resolve("jxl-java");
        Files.writeString(launcher, "#!/bin/sh\necho \"own process: $*\"\nexit " + OWN + "\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        server = new ProcessBuilder(
                        SimulatedJxld.java(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx48m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.jxl.cli.Server",
                        socket.toString())
                .inheritIO()
                .start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> run(folder, "help").code() == 0);
    }

    Path socket() {
        return socket;
    }

    Path front() {
        return front;
    }

    Process server() {
        return server;
    }

    /** Starts the front in a folder. */
    Process start(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(front.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JXL_CLI_SOCKET", socket.toString());
        return builder.start();
    }

    /** Runs it to its end. */
    Result run(Path folder, String... arguments) throws IOException {
        return ended(start(folder, arguments));
    }

    static Result ended(Process process) throws IOException {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.onExit().join().exitValue(), out, err);
    }

    /** A connection of the test's own. */
    SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** A request of the protocol's version 1. */
    static ByteBuffer request(String build, String files, String folder, String... arguments) {
        List<String> texts = new ArrayList<>(List.of(build, files, folder, "0", Integer.toString(arguments.length)));
        texts.addAll(List.of(arguments));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String text : texts) {
            body.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return head("JXLF", 1, body.size(), body.toByteArray());
    }

    static ByteBuffer head(String magic, int protocol, int length, byte... body) {
        return ByteBuffer.allocate(12 + body.length)
                .put(magic.getBytes(StandardCharsets.US_ASCII))
                .putInt(protocol)
                .putInt(length)
                .put(body)
                .flip();
    }

    /** What the server says to that, to the connection's end. */
    String answer(ByteBuffer request) throws IOException {
        try (SocketChannel channel = connect()) {
            while (request.hasRemaining()) {
                channel.write(request);
            }
            ByteBuffer answer = ByteBuffer.allocate(100_000);
            try {
                while (channel.read(answer) >= 0) {}
            } catch (IOException e) {
                // Closed with bytes of the request unread.
            }
            return StandardCharsets.ISO_8859_1.decode(answer.flip()).toString();
        }
    }

    @Override
    public void close() {
        server.destroy();
        server.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
