package dev.jxl.xld.host.sim;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A pipe between simulated machines: bytes in order, until one end is closed. Thread-safe. */
final class SimPipe {
    /** Those that have a name, of all machines. */
    static final Map<String, SimPipe> NAMED = new ConcurrentHashMap<>();

    private final ArrayDeque<Byte> bytes = new ArrayDeque<>();
    private boolean closed;

    /** Whether they were written: what is written to a closed pipe is never read. */
    synchronized boolean write(byte[] more) {
        if (closed) {
            return false;
        }
        for (byte b : more) {
            bytes.add(b);
        }
        notifyAll();
        return true;
    }

    /** Waits a moment for so many bytes; fewer when they have not come yet. */
    synchronized int await(int wanted, long millis) throws InterruptedException {
        long due = System.nanoTime() + millis * 1_000_000;
        while (bytes.size() < wanted && !closed && System.nanoTime() < due) {
            wait(millis);
        }
        return Math.min(wanted, bytes.size());
    }

    synchronized byte[] read(int count) {
        byte[] out = new byte[count];
        for (int i = 0; i < count; i++) {
            out[i] = bytes.remove();
        }
        return out;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
