package dev.jxl.xenstore;

import java.time.Duration;
import java.util.Optional;

/** A watch that is registered until closed, over reconnects. */
public interface Watch extends AutoCloseable {
    /** What is watched. */
    String path();

    /**
     * Waits for an event.
     *
     * @param timeout how long at most; zero only looks
     * @return empty when {@code timeout} has passed
     * @throws XenStoreException.ConnectionLost when the watch or its connection was closed
     * @throws java.util.concurrent.CancellationException when the thread is interrupted; it stays interrupted
     */
    Optional<WatchEvent> next(Duration timeout);

    /** Ends the watch; a thread in {@link #next} is woken with {@link XenStoreException.ConnectionLost}. Idempotent. */
    @Override
    void close();
}
