package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.XenStoreException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A request that was sent and whose answer one thread will wait for. */
final class PendingReply {
    private final Request request;
    private final long sentNanos = System.nanoTime();
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Packet reply;
    private volatile @Nullable XenStoreException failure;

    PendingReply(Request request) {
        this.request = request;
    }

    Request request() {
        return request;
    }

    long sentNanos() {
        return sentNanos;
    }

    void complete(Packet packet) {
        reply = packet;
        wake();
    }

    void fail(XenStoreException reason) {
        failure = reason;
        wake();
    }

    /** Only who really waits is woken: of many requests sent at once, their sender waits for the last one first. */
    private void wake() {
        LockSupport.unpark(waiter);
    }

    /**
     * Waits for the answer. Not interruptible: the answer comes soon or the connection fails, and a request that was sent
     * cannot be taken back.
     *
     * @throws XenStoreException when the connection failed first
     */
    Packet await() {
        boolean interrupted = false;
        if (reply == null) {
            waiter = Thread.currentThread();
        }
        try {
            while (true) {
                Packet packet = reply;
                if (packet != null) {
                    return packet;
                }
                XenStoreException reason = failure;
                if (reason != null) {
                    throw reason;
                }
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
