package dev.jxl.xld.host.xen.qmp;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import dev.jxl.xenctrl.libc.UnixStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** The kernel's socket, which files can be handed over on. For a platform thread. */
final class StreamSocket implements MonitorSocket {
    private final UnixStream stream;

    StreamSocket() throws IOException {
        try {
            stream = UnixStream.open();
        } catch (SystemCallFailed e) {
            throw failure(e);
        }
    }

    @Override
    public void connect(Path socket, Duration patience) throws IOException {
        try {
            stream.connect(socket, patience);
        } catch (SystemCallFailed e) {
            throw failure(e);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        byte[] bytes = new byte[into.remaining()];
        try {
            int count = stream.read(bytes);
            into.put(bytes, 0, Math.max(0, count));
            return count;
        } catch (SystemCallFailed e) {
            throw failure(e);
        }
    }

    @Override
    public void write(byte[] bytes, OptionalInt file) throws IOException {
        try {
            stream.write(bytes, file);
        } catch (SystemCallFailed e) {
            throw failure(e);
        }
    }

    private static IOException failure(SystemCallFailed e) {
        IOException failure = e.errno() == Errno.EAGAIN
                ? new SocketTimeoutException(e.getMessage())
                : new IOException(e.getMessage());
        failure.initCause(e);
        return failure;
    }

    @Override
    public void breakOff() {
        stream.shutdown();
    }

    @Override
    public void close() {
        stream.close();
    }
}
