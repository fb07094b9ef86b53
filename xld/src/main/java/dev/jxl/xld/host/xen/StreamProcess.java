package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One {@link StreamChild}, from its start, when nobody may need it yet, to its end. It is killed when whoever waits for it leaves by an
 * exception; when it has done one thing it can do another one. Used by one thread at a time.
 *
 * <p>Started as jxld itself was, with the same Java and jars, but a small heap and a cache of its own classes only.
 */
final class StreamProcess {
    private static final String MAIN = "dev.jxl.xld.Main";
    private static final String CACHE = "-XX:AOTCache=";
    /** What the launcher gives it in addition. */
    private static final List<String> FLAGS = Stream.of(
                    System.getProperty("jxl.stream.flags", "").split(" "))
            .filter(flag -> !flag.isEmpty())
            .toList();

    private static final long LONGEST_END_SECONDS = 30;
    private static final long TICK_MILLIS = 200;
    private static final String END = "\0end";

    private final Process process;
    private final Writer to;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final LastLines complaints;

    /** Speaks with a process that has just been started; it need not be ready. */
    StreamProcess(Process process) {
        this.process = process;
        this.to = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("jxld-stream").start(this::read);
        complaints = LastLines.of(process.getErrorStream(), "jxld-stream-log");
    }

    /** Starts what {@link StreamChild} runs in. */
    static Process startChild() throws IOException {
        List<String> command = new ArrayList<>(java());
        command.add(StreamChild.class.getName());
        return new ProcessBuilder(command).start();
    }

    /** Whether it has not died while nobody needed it. */
    boolean lives() {
        return process.isAlive();
    }

    /**
     * Has it do one thing.
     *
     * @param task as {@link StreamChild} says
     * @param doing for errors: "saving domain 5"
     * @param answer answers what it asks, as {@link StreamChild} says; may throw, which ends it
     * @param tick called several times a second; may throw, which ends it
     * @return the words behind {@code done}
     * @throws ToolstackException.HypercallRefused with its own reason
     */
    List<String> run(List<String> task, String doing, Function<List<String>, String> answer, Runnable tick) {
        boolean done = false;
        try {
            say(StreamChild.task(task));
            List<String> words = speak(doing, answer, tick);
            done = true;
            return words;
        } catch (IOException e) {
            throw refused(doing, "its process cannot be spoken to: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ToolstackException cancelled = new ToolstackException.OperationCancelled(doing);
            cancelled.addSuppressed(e);
            throw cancelled;
        } finally {
            if (!done) {
                end();
            }
        }
    }

    /** Its mappings keep a guest from being destroyed, and it writes to the file: neither is touched before it is gone. */
    void end() {
        process.destroyForcibly();
        try {
            boolean _ = process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> speak(String doing, Function<List<String>, String> answer, Runnable tick)
            throws IOException, InterruptedException {
        while (true) {
            String line = lines.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
            if (line == null) {
                tick.run();
                continue;
            }
            List<String> words = List.of(line.split(" ", -1));
            switch (words.getFirst()) {
                case END -> {
                    complaints.awaitEnd();
                    throw refused(doing, "its process ended");
                }
                case "done" -> {
                    return words.subList(1, words.size());
                }
                case "failed" -> throw refused(doing, line.substring("failed ".length()));
                default -> say(answer.apply(words));
            }
        }
    }

    private void say(String line) throws IOException {
        to.write(line + "\n");
        to.flush();
    }

    private ToolstackException refused(String doing, String why) {
        return new ToolstackException.HypercallRefused(doing + " failed: " + why + complaints.said(), null);
    }

    private void read() {
        LastLines.each(process.getInputStream(), lines::add);
        lines.add(END);
    }

    /** Everything before the main class in this process's command line, but its cache of classes: loading them takes longest. */
    private static List<String> java() throws IOException {
        // The JDK's own record of it ends after a page.
        String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
        List<String> words = List.of(line.split("\0", -1));
        int main = words.indexOf(MAIN);
        List<String> java = new ArrayList<>(
                main > 0
                        ? words.subList(0, main)
                        : List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path")));
        if (FLAGS.stream().anyMatch(flag -> flag.startsWith(CACHE))) {
            java.removeIf(word -> word.startsWith(CACHE));
        }
        java.addAll(FLAGS);
        return java;
    }
}
