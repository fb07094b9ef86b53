package dev.jxl.xenstore.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Carries bytes to xenstored and back. */
interface Transport extends Closeable {
    /**
     * Waits for bytes and reads them. Only one thread, a platform thread, calls this.
     *
     * @param timeoutMillis how long to wait; a transport that cannot give up waits longer
     * @return how many bytes came; 0 after the timeout; -1 when xenstored has closed the connection
     * @throws IOException when the transport is broken or closed
     */
    int read(ByteBuffer into, int timeoutMillis) throws IOException;

    /**
     * Sends whole packets. Only one thread at a time calls this; an interrupt of it must not harm the connection, which
     * others use too.
     *
     * @throws IOException when the transport is broken or closed
     */
    void send(ByteBuffer packets) throws IOException;

    /** Closes it; a thread in {@link #read} or {@link #send} is woken. Idempotent. */
    @Override
    void close();
}
