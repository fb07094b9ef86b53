package dev.jxl.xld.host.xen.qmp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** A connection to a monitor. For one thread; another one may break it off. */
interface MonitorSocket extends AutoCloseable {
    /** Connects; waits while the monitor talks to another one. */
    void connect(Path socket, Duration patience) throws IOException;

    /**
     * Reads what has come, at least one byte.
     *
     * @return how much; -1 at the end
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes all.
     *
     * @param file an open file that goes with it
     */
    void write(byte[] bytes, OptionalInt file) throws IOException;

    /** Has the thread that waits here fail. For any thread, quick. */
    void breakOff();

    @Override
    void close();
}
