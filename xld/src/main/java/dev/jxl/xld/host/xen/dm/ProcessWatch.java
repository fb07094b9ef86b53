package dev.jxl.xld.host.xen.dm;

import dev.jxl.xenctrl.libc.ProcessFd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Tells when processes end, one thread for all of them: at once for known ones, within a quarter of a second for new ones. */
final class ProcessWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ProcessWatch.class.getName());
    private static final int ROUND_MILLIS = 250;

    private final Map<ProcessFd, Runnable> watched = new LinkedHashMap<>();
    private boolean closed;

    /**
     * Watches a process, and lets go of it when it has ended.
     *
     * @param ended called once, on a virtual thread
     */
    synchronized void add(ProcessFd process, Runnable ended) {
        if (watched.isEmpty()) {
            Thread.ofPlatform().daemon().name("jxl-device-models").start(this::loop);
        }
        watched.put(process, ended);
    }

    /** Ends when there is nothing to watch any more: the next process gets a new thread. */
    private void loop() {
        for (List<ProcessFd> all = all(); !all.isEmpty(); all = all()) {
            try {
                ProcessFd.awaitEnd(all, ROUND_MILLIS).forEach(this::end);
            } catch (RuntimeException e) {
                // A defect met once must not leave the other guests unwatched.
                LOG.log(System.Logger.Level.ERROR, "watching device models met a defect of jxl", e);
                LockSupport.parkNanos(ROUND_MILLIS * 1_000_000L);
            }
        }
    }

    /** Those to wait for; none when the loop is to end. In the same moment, so that none is added in between. */
    private synchronized List<ProcessFd> all() {
        if (closed) {
            watched.keySet().forEach(ProcessFd::close);
            watched.clear();
        }
        return new ArrayList<>(watched.keySet());
    }

    private void end(ProcessFd process) {
        @Nullable Runnable ended;
        synchronized (this) {
            ended = closed ? null : watched.get(process);
        }
        if (ended != null) {
            Thread.ofVirtual().name("device-model-ended").start(() -> {
                try {
                    ended.run();
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.ERROR, "what follows the end of a device model failed", e);
                }
            });
        }
        synchronized (this) {
            watched.remove(process);
        }
        process.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
