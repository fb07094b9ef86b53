package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.Transaction;
import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException.AccessDenied;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.memory.Interceptor.Operation;
import dev.jxl.xenstore.rules.ProbeLoop;
import dev.jxl.xenstore.rules.StorePath;
import dev.jxl.xenstore.rules.TransactionRetry;
import dev.jxl.xenstore.rules.WatchQueue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory as one domain sees it. What the real one does, this does: permissions and how they are inherited,
 * conflicts of transactions, what watches are told, what goes when a domain goes, and quotas. Where it differs: a
 * transaction sees the store as it was when it began, and no request can be lost half way.
 */
public final class MemoryXenStore extends MemoryAccess implements XenStore {
    private final StoreState state;
    private final int domid;
    private final List<WatchQueue> watches = new CopyOnWriteArrayList<>();
    private final List<Consumer<? super XenStore>> reconnectListeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** A new store with xenstored's usual quotas, as domain 0 sees it. */
    public MemoryXenStore() {
        this(Quota.DEFAULT);
    }

    /** A new store, as domain 0 sees it. */
    public MemoryXenStore(Quota quota) {
        this(new StoreState(quota), 0);
    }

    private MemoryXenStore(StoreState state, int domid) {
        this.state = state;
        this.domid = domid;
    }

    /** Another connection to the same store: what a domain's own kernel or backend sees and may do. */
    public MemoryXenStore asDomain(int otherDomid) {
        return new MemoryXenStore(state, otherDomid);
    }

    /** Has {@code interceptor} called before every operation of every connection; the one before it is dropped. */
    public void intercept(Interceptor interceptor) {
        state.intercept(interceptor);
    }

    /** What xenstored does when Xen tells it that a domain has shut down or crashed: {@code @releaseDomain} is triggered. */
    public void tellOfShutdown() {
        state.tellOfShutdown();
    }

    /** What this connection's user sees after it was lost and is back. */
    public void reconnect() {
        watches.forEach(WatchQueue::offerReconnected);
        reconnectListeners.forEach(listener -> listener.accept(this));
    }

    private void requireOpen() {
        if (closed) {
            throw new ConnectionLost("this connection to xenstore was closed", null);
        }
    }

    @Override
    <T extends @Nullable Object> T look(Operation operation, String path, Function<? super Edit, ? extends T> look) {
        requireOpen();
        state.before(operation, domid, path);
        return state.atOnce(domid, look);
    }

    @Override
    void change(Operation operation, String path, Consumer<Edit> change) {
        requireOpen();
        state.before(operation, domid, path);
        state.atOnce(domid, edit -> {
            change.accept(edit);
            return true;
        });
    }

    @Override
    public <T extends @Nullable Object> T transaction(Function<? super Transaction, ? extends T> body) {
        return TransactionRetry.run(
                () -> {
                    requireOpen();
                    return new MemoryTransaction(state, domid);
                },
                body);
    }

    @Override
    public Watch watch(String path) {
        requireOpen();
        StorePath.requireWatchable(path);
        state.before(Operation.WATCH, domid, path);
        WatchQueue queue = new WatchQueue(path, this::unwatch);
        state.addWatch(domid, queue);
        watches.add(queue);
        return queue;
    }

    private void unwatch(WatchQueue queue) {
        state.removeWatch(queue);
        watches.remove(queue);
    }

    @Override
    public <T> Optional<T> await(String path, Duration timeout, Function<? super StoreAccess, Optional<T>> probe) {
        return ProbeLoop.await(this, path, timeout, probe);
    }

    @Override
    public void introduce(int newDomid, long gfn, int port) {
        requirePrivileged("introduce", newDomid);
        state.before(Operation.INTRODUCE, domid, "/local/domain/" + newDomid);
        state.introduce(newDomid);
    }

    @Override
    public void release(int oldDomid) {
        requirePrivileged("release", oldDomid);
        state.before(Operation.RELEASE, domid, "/local/domain/" + oldDomid);
        state.release(oldDomid);
    }

    @Override
    public void resume(int stoppedDomid) {
        requirePrivileged("resume", stoppedDomid);
        state.resume(stoppedDomid);
    }

    @Override
    public void setTarget(int stubDomid, int targetDomid) {
        requirePrivileged("set the target of", stubDomid);
        state.setTarget(stubDomid, targetDomid);
    }

    private void requirePrivileged(String operation, int about) {
        requireOpen();
        if (domid != 0) {
            throw new AccessDenied(operation, "domain " + about);
        }
    }

    @Override
    public void onReconnect(Consumer<? super XenStore> listener) {
        reconnectListeners.add(listener);
    }

    @Override
    public void close() {
        closed = true;
        ConnectionLost reason = new ConnectionLost("this connection to xenstore was closed", null);
        for (WatchQueue queue : watches) {
            queue.fail(reason);
            unwatch(queue);
        }
    }
}
