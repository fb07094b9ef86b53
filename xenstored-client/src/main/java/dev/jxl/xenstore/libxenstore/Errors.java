package dev.jxl.xenstore.libxenstore;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xenctrl.XenControlException.StoreCallFailed;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.rules.StoreErrors;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** The library's failures in the store's words. */
final class Errors {
    // What a socket says when nobody is at its other end. @source linux include/uapi/asm-generic/errno.h
    private static final int EBADF = 9;
    private static final int EPIPE = 32;
    private static final int ECONNRESET = 104;
    private static final int ENOTCONN = 107;

    private Errors() {}

    /**
     * Makes a call.
     *
     * @throws XenStoreException when xenstored refuses it, or the library has no connection any more
     * @throws CancellationException when the thread is interrupted while it waits; it stays interrupted
     */
    static <T> T translated(String operation, String path, Supplier<T> call) {
        // An interrupt from before is kept for later: it must not stop what somebody asks for now.
        boolean interrupted = Thread.interrupted();
        try {
            return call.get();
        } catch (StoreCallFailed e) {
            throw of(operation, path, e);
        } catch (XenControlException.Closed e) {
            throw new ConnectionLost("this connection to xenstore was closed", e);
        } catch (XenControlException.WaitInterrupted e) {
            CancellationException cancelled =
                    new CancellationException("interrupted while waiting to " + operation + " " + path);
            cancelled.initCause(e);
            throw cancelled;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static XenStoreException of(String operation, String path, StoreCallFailed e) {
        return switch (e.errno()) {
            case Errno.ENOENT -> StoreErrors.of(operation, path, "ENOENT");
            case Errno.EACCES, Errno.EPERM -> StoreErrors.of(operation, path, "EACCES");
            case Errno.ENOSPC -> StoreErrors.of(operation, path, "ENOSPC");
            case EBADF, EPIPE, ECONNRESET, ENOTCONN ->
                new ConnectionLost("libxenstore has lost its connection: " + e.getMessage(), e);
            default -> StoreErrors.of(operation, path, word(e.errno()));
        };
    }

    /** {@code EINVAL} of {@code EINVAL (invalid argument)}: xenstored's own word. */
    private static String word(int errno) {
        String described = Errno.describe(errno);
        int end = described.indexOf(" (");
        return end < 0 ? described : described.substring(0, end);
    }
}
