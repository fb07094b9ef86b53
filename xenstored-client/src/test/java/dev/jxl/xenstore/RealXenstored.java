package dev.jxl.xenstore;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real C xenstored, in a directory of its own, on a machine without Xen. */
public final class RealXenstored implements AutoCloseable {
    private final Path directory;
    private final Path shim;
    private Process process;

    private RealXenstored(Path directory, Path shim) throws IOException {
        this.directory = directory;
        this.shim = shim;
        this.process = launch();
    }

    /**
     * Starts it.
     *
     * @param directory for its socket, its log and the compiled shim
     * @throws AssertionError when it is not installed; the message says what to install
     */
    public static RealXenstored start(Path directory) throws IOException, InterruptedException {
        Path shim = directory.toAbsolutePath().resolve("noxen.so");
        Path log = directory.toAbsolutePath().resolve("gcc.log");
        Process gcc = new ProcessBuilder(
                        "gcc", "-shared", "-fPIC", "-O2", "-Wall", "-o", shim.toString(), source().toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!gcc.waitFor(60, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new AssertionError("gcc cannot compile " + source() + ": " + Files.readString(log));
        }
        return new RealXenstored(directory.toAbsolutePath(), shim);
    }

    private static Path source() {
        return Path.of("src", "test", "c", "noxen.c").toAbsolutePath();
    }

    private static Path daemon() {
        List<Path> found = new ArrayList<>();
        for (String place : List.of("/usr/lib", "/usr/libexec")) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(Path.of(place), "xen-4.*")) {
                for (Path version : versions) {
                    Path daemon = version.resolve("bin").resolve("xenstored");
                    if (Files.isExecutable(daemon)) {
                        found.add(daemon);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (found.isEmpty()) {
            throw new AssertionError(
                    "there is no real xenstored on this machine, and these tests are about nothing else:"
                            + " run ./dev setup (or install the packages of xenstored-client/src/test/packages.txt)");
        }
        return Collections.max(found);
    }

    private Process launch() throws IOException {
        Files.deleteIfExists(socket());
        ProcessBuilder builder = new ProcessBuilder(daemon().toString(), "-N")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("xenstored.log").toFile()));
        builder.environment().put("LD_PRELOAD", shim.toString());
        builder.environment().put("XENSTORED_RUNDIR", directory.toString());
        builder.environment().put("XENSTORED_ROOTDIR", directory.toString());
        builder.environment().put("XENSTORED_PATH", socket().toString());
        Process started = builder.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(socket()) || !started.isAlive());
        if (!started.isAlive()) {
            throw new AssertionError("xenstored ended at once with exit code " + started.exitValue() + ": "
                    + Files.readString(directory.resolve("xenstored.log"), StandardCharsets.UTF_8));
        }
        return started;
    }

    /** Its socket. */
    public Path socket() {
        return directory.resolve("socket");
    }

    /** Kills it, as a crash would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Starts another one, whose store is empty, on the same socket. */
    public void restart() throws IOException {
        process = launch();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
