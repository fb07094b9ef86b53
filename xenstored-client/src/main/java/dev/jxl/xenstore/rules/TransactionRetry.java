package dev.jxl.xenstore.rules;

import dev.jxl.xenstore.Transaction;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException.TransactionConflict;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a transaction is run: again after a conflict, not for ever, and not in step with the others. */
public final class TransactionRetry {
    private static final long FIRST_PAUSE_MICROS = 200;
    private static final long LONGEST_PAUSE_MICROS = 50_000;

    private TransactionRetry() {}

    /** One begun transaction. */
    public interface Attempt extends Transaction {
        /**
         * Ends it with its changes.
         *
         * @return false when somebody else changed what it has read
         */
        boolean commit();

        /** Ends it without its changes; never throws. */
        void abort();
    }

    /**
     * Runs a body until its commit succeeds.
     *
     * @param begin begins the next attempt
     * @throws TransactionConflict after {@value XenStore#MAX_TRANSACTION_TRIES} conflicts
     * @throws CancellationException when the thread is interrupted between two tries; it stays interrupted
     */
    public static <T extends @Nullable Object> T run(
            Supplier<? extends Attempt> begin, Function<? super Transaction, ? extends T> body) {
        for (int tries = 1; ; tries++) {
            Attempt attempt = begin.get();
            T result;
            try {
                result = body.apply(attempt);
            } catch (RuntimeException | Error e) {
                attempt.abort();
                throw e;
            }
            if (attempt.commit()) {
                return result;
            }
            if (tries == XenStore.MAX_TRANSACTION_TRIES) {
                throw new TransactionConflict(tries);
            }
            pause(tries);
        }
    }

    /** The pause is random so that two writers that met once do not meet again at every try. */
    private static void pause(int tries) {
        long most = Math.min(LONGEST_PAUSE_MICROS, FIRST_PAUSE_MICROS << Math.min(tries, 16));
        try {
            TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextLong(most));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("interrupted before another try of a xenstore transaction");
            cancelled.initCause(e);
            throw cancelled;
        }
    }
}
