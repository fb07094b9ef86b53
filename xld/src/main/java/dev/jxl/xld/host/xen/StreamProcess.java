package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One {@link StreamChild}, from its start to its end. It is killed when whoever waits for it leaves by an exception.
 *
 * <p>Started as jxld itself was, with the same Java, flags, cache of classes and jars.
 */
final class StreamProcess {
    private static final String MAIN = "dev.jxl.xld.Main";
    private static final long LONGEST_END_SECONDS = 30;
    private static final long TICK_MILLIS = 200;
    private static final String END = "\0end";

    private final List<String> arguments;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private volatile @Nullable LastLines complaints;

    /** Not started yet. */
    StreamProcess(List<String> arguments) {
        this.arguments = List.copyOf(arguments);
    }

    /**
     * Runs it to its end.
     *
     * @param doing for errors: "saving domain 5"
     * @param answer answers what it asks, as {@link StreamChild} says; may throw, which ends it
     * @param tick called several times a second; may throw, which ends it
     * @return the words behind {@code done}
     * @throws ToolstackException.HypercallRefused with its own reason
     */
    List<String> run(String doing, Function<List<String>, String> answer, Runnable tick) {
        Process process = start(doing);
        try {
            Thread.ofPlatform().daemon().name("jxld-stream").start(() -> read(process));
            complaints = LastLines.of(process.getErrorStream(), "jxld-stream-log");
            return speak(process, doing, answer, tick);
        } finally {
            end(process);
        }
    }

    /** Its mappings keep a guest from being destroyed, and it writes to the file: neither is touched before it is gone. */
    private static void end(Process process) {
        process.destroyForcibly();
        try {
            boolean _ = process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> speak(Process process, String doing, Function<List<String>, String> answer, Runnable tick) {
        try (Writer to = process.outputWriter(StandardCharsets.UTF_8)) {
            while (true) {
                String line = lines.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (line == null) {
                    tick.run();
                    continue;
                }
                List<String> words = List.of(line.split(" ", -1));
                switch (words.getFirst()) {
                    case END -> throw refused(doing, "its process ended");
                    case "done" -> {
                        return words.subList(1, words.size());
                    }
                    case "failed" -> throw refused(doing, line.substring("failed ".length()));
                    default -> {
                        to.write(answer.apply(words) + "\n");
                        to.flush();
                    }
                }
            }
        } catch (IOException e) {
            throw refused(doing, "its process cannot be spoken to: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ToolstackException cancelled = new ToolstackException.OperationCancelled(doing);
            cancelled.addSuppressed(e);
            throw cancelled;
        }
    }

    private ToolstackException refused(String doing, String why) {
        LastLines kept = complaints;
        String said = kept == null ? "" : kept.said();
        return new ToolstackException.HypercallRefused(doing + " failed: " + why + said, null);
    }

    private void read(Process process) {
        LastLines.each(process.getInputStream(), lines::add);
        lines.add(END);
    }

    private Process start(String doing) {
        List<String> command = new ArrayList<>(thisJava());
        command.add(StreamChild.class.getName());
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw refused(doing, "no process for it can be started: " + e.getMessage());
        }
    }

    /** Everything before the main class in this process's command line. */
    private static List<String> thisJava() {
        try {
            // The JDK's own record of it ends after a page.
            String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
            List<String> words = List.of(line.split("\0", -1));
            int main = words.indexOf(MAIN);
            if (main > 0) {
                return words.subList(0, main);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("this process's command line cannot be read", e);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"));
    }
}
