package dev.jxl.cli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real jxld as its own process, on its simulated host. */
final class SimulatedJxld implements AutoCloseable {
    private final Process process;
    private final Path socket;

    SimulatedJxld(Path folder) throws IOException {
        socket = folder.resolve("jxld.sock");
        process = new ProcessBuilder(
                        java(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.jxl.xld.Main",
                        "--host=sim",
                        "--socket=" + socket,
                        "--state=" + folder.resolve("state"))
                .redirectErrorStream(true)
                .start();
        List<String> said = new ArrayList<>();
        BufferedReader log =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        while (said.stream().noneMatch(line -> line.contains("jxld serves on"))) {
            String line = log.readLine();
            if (line == null) {
                throw new AssertionError("jxld did not start: " + String.join("\n", said));
            }
            said.add(line);
        }
        // Read on, so that jxld never waits for a reader of its log.
        Thread.ofPlatform().daemon().start(() -> log.lines().forEach(line -> {}));
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    Path socket() {
        return socket;
    }

    /** Runs jxl in this process. */
    Result run(String... args) {
        return run(socket, args);
    }

    static Result run(Path socket, String... args) {
        return run(socket, false, args);
    }

    /** As on a terminal, or not. */
    static Result run(Path socket, boolean interactive, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                () -> interactive,
                Map.of("JXL_SOCKET", socket.toString()),
                new OwnProcess());
        int code = Invocation.run(args, terminal);
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    record Result(int code, String out, String err) {}
}
