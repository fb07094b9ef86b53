package dev.jxl.xld.host;

import java.time.Duration;

/**
 * Two pipes to whoever sends a guest, or takes one, on another host. What comes is a stranger's. Failures are
 * {@link dev.jxl.xld.api.ToolstackException.MigrationFailed}, with what the command between has said.
 */
public interface MigrationLink extends AutoCloseable {
    /**
     * Says something, and waits until it is on its way.
     *
     * @param tick called several times a second meanwhile; may throw to give up
     */
    void send(byte[] bytes, Runnable tick);

    /**
     * Waits for exactly so many bytes.
     *
     * @param patience how long at most
     * @param tick called several times a second meanwhile; may throw to give up
     */
    byte[] receive(int bytes, Duration patience, Runnable tick);

    /** Ends it, and the command between. Idempotent. */
    @Override
    void close();
}
