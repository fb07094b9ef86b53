package dev.jxl.xenstore.rules;

import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.WatchEvent;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch's events between the thread that hears of them and the threads that wait. Adding never blocks: the reader of a
 * connection must not wait for a watcher. Two events of one path that nobody has taken yet are one.
 */
public final class WatchQueue implements Watch {
    /** How many different paths wait before the queue says {@link WatchEvent.Overflowed} instead. */
    public static final int CAPACITY = 1024;

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final String path;
    private final Consumer<? super WatchQueue> onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<String> paths = new LinkedHashSet<>();
    private boolean overflowed;
    private boolean reconnected;
    private @Nullable XenStoreException end;

    /**
     * An empty queue.
     *
     * @param path what is watched
     * @param onClose called once, by the first {@link #close}, to end the registration
     */
    public WatchQueue(String path, Consumer<? super WatchQueue> onClose) {
        this.path = path;
        this.onClose = onClose;
    }

    @Override
    public String path() {
        return path;
    }

    /** Something changed at a path. */
    public void offer(String changedPath) {
        lock.lock();
        try {
            if (overflowed || end != null) {
                return;
            }
            if (paths.size() == CAPACITY && !paths.contains(changedPath)) {
                paths.clear();
                overflowed = true;
            } else {
                paths.add(changedPath);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The connection is back. */
    public void offerReconnected() {
        lock.lock();
        try {
            reconnected = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** No more events will come; what waits is dropped and every thread in {@link #next} is woken. */
    public void fail(XenStoreException reason) {
        end(reason);
    }

    @Override
    public Optional<WatchEvent> next(Duration timeout) {
        long left = nanos(timeout);
        lock.lock();
        try {
            while (true) {
                if (end != null) {
                    throw new ConnectionLost(
                            "the watch on xenstore's " + path + " has ended: " + end.getMessage(), end);
                }
                WatchEvent event = take();
                if (event != null) {
                    return Optional.of(event);
                }
                if (left <= 0) {
                    return Optional.empty();
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("interrupted while waiting for a change of xenstore's " + path);
            cancelled.initCause(e);
            throw cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** A duration in nanoseconds; one of centuries is cut to what a deadline can hold. */
    static long nanos(Duration timeout) {
        return timeout.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : timeout.toNanos();
    }

    private @Nullable WatchEvent take() {
        // Reconnected goes first: it says that what follows is not the whole story.
        if (reconnected) {
            reconnected = false;
            return new WatchEvent.Reconnected();
        }
        if (overflowed) {
            overflowed = false;
            return new WatchEvent.Overflowed();
        }
        Iterator<String> first = paths.iterator();
        if (!first.hasNext()) {
            return null;
        }
        String changedPath = first.next();
        first.remove();
        return new WatchEvent.Changed(changedPath);
    }

    @Override
    public void close() {
        if (end(new ConnectionLost("the watch was closed", null))) {
            onClose.accept(this);
        }
    }

    private boolean end(XenStoreException reason) {
        lock.lock();
        try {
            if (end != null) {
                return false;
            }
            end = reason;
            paths.clear();
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }
}
