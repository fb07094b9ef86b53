package dev.jxl.xld.host.xen;

import dev.jxl.xld.host.HotplugScripts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Scripts as processes. Their output goes to a file, not to a pipe: a script may leave a process behind that holds its output
 * open for ever.
 *
 * @source tools/libs/light/libxl_aoutils.c: libxl__async_exec_start; libxl_internal.h: LIBXL_HOTPLUG_TIMEOUT
 */
final class XenHotplugScripts implements HotplugScripts {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int MOST_SAID = 2000;

    private final KernelLane lane;
    private final Duration patience;

    XenHotplugScripts(KernelLane lane) {
        this(lane, PATIENCE);
    }

    /** With another patience, for tests. */
    XenHotplugScripts(KernelLane lane, Duration patience) {
        this.lane = lane;
        this.patience = patience;
    }

    @Override
    public Result run(Path script, List<String> arguments, Map<String, String> environment) {
        Path output;
        try {
            output = Files.createTempFile("jxl-hotplug", ".log");
        } catch (IOException e) {
            return new Result(OptionalInt.empty(), "there is no place for its output: " + e);
        }
        try {
            return run(script, arguments, environment, output);
        } catch (IOException e) {
            return new Result(OptionalInt.empty(), String.valueOf(e.getMessage()));
        } finally {
            delete(output);
        }
    }

    private Result run(Path script, List<String> arguments, Map<String, String> environment, Path output)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        // Starting a process blocks its thread; waiting for it does not.
        Started started = lane.call(() -> start(builder));
        if (started.failure() != null) {
            throw started.failure();
        }
        Process process = started.process();
        if (process == null) {
            throw new IllegalStateException("neither a process nor a failure");
        }
        boolean ended;
        try {
            ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = false;
        }
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return new Result(
                    OptionalInt.empty(), (said(output) + " (no end after " + patience.toSeconds() + " s)").strip());
        }
        return new Result(OptionalInt.of(process.exitValue()), said(output));
    }

    private record Started(
            @org.jspecify.annotations.Nullable Process process,
            @org.jspecify.annotations.Nullable IOException failure) {}

    private static Started start(ProcessBuilder builder) {
        try {
            return new Started(builder.start(), null);
        } catch (IOException e) {
            return new Started(null, e);
        }
    }

    private static String said(Path output) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - MOST_SAID));
            byte[] bytes = new byte[MOST_SAID];
            int length = Math.max(0, file.read(bytes));
            return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.getLogger(XenHotplugScripts.class.getName())
                    .log(System.Logger.Level.WARNING, file + " cannot be removed: " + e);
        }
    }
}
