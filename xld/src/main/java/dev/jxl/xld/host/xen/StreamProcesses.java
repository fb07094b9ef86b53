package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The processes that guests are saved, sent and restored by. One is there before it is needed, because its start takes longer than many
 * a guest's memory; one that has done its work waits for more. Thread-safe.
 */
final class StreamProcesses implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StreamProcesses.class.getName());

    /** What is asked of a jxld that has just started comes first. */
    private static final Duration AFTER_START = Duration.ofSeconds(20);

    private static final int READY = 1;
    /** A guest that moves from this host to this host needs two. */
    private static final int KEPT = 2;

    private final Launch launch;
    private final Deque<StreamProcess> idle = new ArrayDeque<>();
    private boolean closed;

    /** Starts a process. */
    @FunctionalInterface
    interface Launch {
        Process start() throws IOException;
    }

    /** None is started yet. */
    StreamProcesses(Launch launch) {
        this.launch = launch;
    }

    /** Starts one a little later; returns at once. */
    void prepare() {
        CompletableFuture.delayedExecutor(AFTER_START.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::fill);
    }

    private synchronized void fill() {
        idle.removeIf(process -> !process.lives());
        try {
            while (!closed && idle.size() < READY) {
                idle.add(new StreamProcess(launch.start()));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "no process for streams can be started: " + e.getMessage());
        }
    }

    /** As {@link StreamProcess#run}. */
    List<String> run(List<String> task, String doing, Function<List<String>, String> answer, Runnable tick) {
        StreamProcess process = take(doing);
        try {
            return process.run(task, doing, answer, tick);
        } finally {
            keep(process);
        }
    }

    private synchronized void keep(StreamProcess process) {
        if (!process.lives()) {
            Thread _ = Thread.ofVirtual().name("stream process").start(this::fill);
        } else if (closed || idle.size() >= KEPT) {
            process.end();
        } else {
            idle.push(process);
        }
    }

    /** One that is there, or a new one. */
    private StreamProcess take(String doing) {
        synchronized (this) {
            for (StreamProcess process = idle.poll(); process != null; process = idle.poll()) {
                if (process.lives()) {
                    return process;
                }
            }
        }
        try {
            return new StreamProcess(launch.start());
        } catch (IOException e) {
            throw new ToolstackException.HypercallRefused(
                    doing + " failed: no process for it can be started: " + e.getMessage(), e);
        }
    }

    /** Ends those that nobody needs; the others are ended by whoever uses them. */
    @Override
    public synchronized void close() {
        closed = true;
        Stream.generate(idle::poll).takeWhile(process -> process != null).forEach(StreamProcess::end);
    }
}
