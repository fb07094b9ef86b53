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
     * @return empty when {@code timeout} has passed
     * @throws XenStoreException.ConnectionLost when the connection is gone for good or closed
     */
    Optional<WatchEvent> next(Duration timeout);

    /** Ends the watch; a thread in {@link #next} is woken with {@link XenStoreException.ConnectionLost}. Idempotent. */
    @Override
    void close();
}
