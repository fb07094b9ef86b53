package dev.jxl.xenstore;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A connection to xenstore. Thread-safe; requests of several threads are in flight at the same time. */
public interface XenStore extends StoreAccess, AutoCloseable {
    /**
     * Runs a body in a transaction and commits it; on a conflict the body runs again, with back-off, at most {@value
     * #MAX_TRANSACTION_TRIES} times, so it must have no other effects. When the body throws, the transaction is aborted and
     * the exception passed on.
     *
     * @throws XenStoreException.TransactionConflict when the last try conflicted too
     */
    <T extends @org.jspecify.annotations.Nullable Object> T transaction(
            Function<? super Transaction, ? extends T> body);

    /**
     * As {@link #transaction}, for a body that has no result.
     *
     * @throws XenStoreException.TransactionConflict when the last try conflicted too
     */
    default void change(Consumer<? super Transaction> body) {
        boolean _ = transaction(t -> {
            body.accept(t);
            return true;
        });
    }

    /** How often a conflicting transaction is tried. */
    int MAX_TRANSACTION_TRIES = 32;

    /**
     * Starts a watch on a node and all below it, or on {@code @introduceDomain}, {@code @releaseDomain}. The first event
     * comes at once. An event names the node that changed; when a parent of the watched node is removed, it names the watched
     * node. Events may come that mean no change. They go into a bounded queue; when it overflows, {@link Watch#next} reports
     * that once.
     *
     * @param path a node, which need not exist, or a special name
     */
    Watch watch(String path);

    /**
     * Blocks until {@code probe} gives a value: asks it first, then after each change at or below {@code path}.
     *
     * @return the value, or empty when {@code timeout} has passed
     * @throws java.util.concurrent.CancellationException when the thread is interrupted; it stays interrupted
     */
    <T> Optional<T> await(String path, Duration timeout, Function<? super StoreAccess, Optional<T>> probe);

    /**
     * Tells xenstored of a domain: its ring's page and its event channel port.
     *
     * @param domid the domain, which must exist
     * @param gfn frame number of the ring (for PV the machine frame)
     * @param port the event channel's port on the domain's side
     */
    void introduce(int domid, long gfn, int port);

    /**
     * Tells xenstored to forget a domain: its ring, the nodes it owns, and its name in the permissions of others' nodes.
     *
     * @throws XenStoreException.Refused when it was not introduced
     */
    void release(int domid);

    /**
     * Tells xenstored that a domain that had stopped runs again, so that its next stop is told to watchers too.
     *
     * @throws XenStoreException.Refused when it was not introduced
     * @source tools/xenstored/domain.c: do_resume
     */
    void resume(int domid);

    /** Lets a stub domain do what another domain may do. Both must have been introduced. */
    void setTarget(int domid, int targetDomid);

    /** Called, on a thread of the connection, after a lost connection is back and all watches are registered again. */
    void onReconnect(Consumer<? super XenStore> listener);

    @Override
    void close();
}
