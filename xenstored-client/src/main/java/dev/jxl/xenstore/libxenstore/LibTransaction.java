package dev.jxl.xenstore.libxenstore;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xenctrl.XenControlException.StoreCallFailed;
import dev.jxl.xenctrl.store.LibXenStoreCalls;
import dev.jxl.xenstore.rules.TransactionRetry;

/** One transaction of libxenstore. */
final class LibTransaction extends LibAccess implements TransactionRetry.Attempt {
    private final LibXenStoreCalls calls;
    private final int id;
    private volatile boolean ended;

    LibTransaction(LibXenStoreCalls calls) {
        this.calls = calls;
        this.id = Errors.translated("begin a transaction on", "/", calls::startTransaction);
    }

    @Override
    LibXenStoreCalls calls() {
        if (ended) {
            throw new IllegalStateException("the xenstore transaction has ended");
        }
        return calls;
    }

    @Override
    int transactionId() {
        return id;
    }

    @Override
    public boolean commit() {
        ended = true;
        return Errors.translated("commit a transaction on", "/", () -> {
            try {
                calls.endTransaction(id, false);
                return true;
            } catch (StoreCallFailed e) {
                if (e.errno() == Errno.EAGAIN) {
                    return false;
                }
                throw e;
            }
        });
    }

    @Override
    public void abort() {
        if (ended) {
            return;
        }
        ended = true;
        boolean interrupted = Thread.interrupted();
        try {
            calls.endTransaction(id, true);
        } catch (XenControlException e) {
            // The connection is gone, and the transaction with it.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
