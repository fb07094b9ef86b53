package dev.jxl.xld.host.xen;

import dev.jxl.xld.host.Printable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The last lines that a process has said on its standard error: few, short and fit to be shown. Thread-safe. */
final class LastLines {
    private static final int LONGEST = 2000;
    private static final int KEPT = 8;

    /** Somebody else may hold the stream open. */
    private static final int LONGEST_WAY_SECONDS = 1;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    /** Keeps the end of a stream, until it ends. */
    static LastLines of(InputStream from, String thread) {
        LastLines kept = new LastLines();
        Thread.ofPlatform().daemon().name(thread).start(() -> {
            each(from, kept::add);
            kept.ended.countDown();
        });
        return kept;
    }

    /** For one whose process has ended: what it said last may be on its way still. */
    void awaitEnd() throws InterruptedException {
        boolean _ = ended.await(LONGEST_WAY_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized void add(String line) {
        lines.add(Printable.line(line));
        if (lines.size() > KEPT) {
            lines.removeFirst();
        }
    }

    /** What follows a sentence: {@code  (it said: no such host)}, or nothing. */
    synchronized String said() {
        return lines.isEmpty() ? "" : " (it said: " + String.join("; ", lines) + ")";
    }

    /** Gives each line of a stream, cut to a bearable length, until it ends. */
    static void each(InputStream from, Consumer<String> line) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line.accept(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
            }
        } catch (IOException e) {
            // Killed while it was read: whoever killed it knows.
            System.getLogger(LastLines.class.getName())
                    .log(System.Logger.Level.DEBUG, "the process of a stream has ended", e);
        }
    }
}
