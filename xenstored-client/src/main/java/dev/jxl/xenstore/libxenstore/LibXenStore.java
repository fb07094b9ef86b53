package dev.jxl.xenstore.libxenstore;

import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xenctrl.store.LibXenStoreCalls;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.Transaction;
import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.XenStoreException.NoSuchPath;
import dev.jxl.xenstore.XenStoreException.Refused;
import dev.jxl.xenstore.XenStoreException.Unreachable;
import dev.jxl.xenstore.rules.ProbeLoop;
import dev.jxl.xenstore.rules.StorePath;
import dev.jxl.xenstore.rules.TransactionRetry;
import dev.jxl.xenstore.rules.WatchQueue;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * xenstore by Xen's own C library: the second way to it, for where the first one's protocol is doubted. It differs from
 * {@link dev.jxl.xenstore.wire.WireXenStore} in two things. The library takes one request at a time, so asking for many at
 * once is not faster. And it does not connect again: once lost, a connection stays lost, every call says so, and no
 * listener of {@link #onReconnect} is ever called.
 */
public final class LibXenStore extends LibAccess implements XenStore {
    private final LibXenStoreCalls calls;
    private final Map<String, WatchQueue> watches = new ConcurrentHashMap<>();
    private final AtomicLong lastToken = new AtomicLong();
    private volatile boolean closed;

    private LibXenStore() {
        this.calls = LibXenStoreCalls.open(this::changed);
    }

    /**
     * Connects to where libxenstore looks for xenstored; it honours {@code XENSTORED_PATH}.
     *
     * @throws Unreachable when there is no xenstored, or no libxenstore
     */
    public static XenStore connect() {
        try {
            return new LibXenStore();
        } catch (XenControlException e) {
            throw new Unreachable(
                    "cannot connect to xenstored by libxenstore: " + e.getMessage()
                            + ". Is it running (systemctl status xenstored), and may this user open it?",
                    e);
        }
    }

    private void changed(String path, String token) {
        WatchQueue queue = watches.get(token);
        if (queue != null) {
            queue.offer(path);
        }
    }

    @Override
    LibXenStoreCalls calls() {
        requireOpen();
        return calls;
    }

    private void requireOpen() {
        if (closed) {
            throw new ConnectionLost("this connection to xenstore was closed", null);
        }
    }

    @Override
    int transactionId() {
        return 0;
    }

    @Override
    public <T extends @Nullable Object> T transaction(Function<? super Transaction, ? extends T> body) {
        return TransactionRetry.run(() -> new LibTransaction(calls()), body);
    }

    @Override
    public <T> Optional<T> await(String path, Duration timeout, Function<? super StoreAccess, Optional<T>> probe) {
        return ProbeLoop.await(this, path, timeout, probe);
    }

    @Override
    public Watch watch(String path) {
        requireOpen();
        StorePath.requireWatchable(path);
        String token = "jxl" + lastToken.incrementAndGet();
        WatchQueue queue = new WatchQueue(path, q -> unwatch(path, token));
        // Known before it is asked for: the first event may be here before the answer.
        watches.put(token, queue);
        try {
            perform("watch", path, () -> calls.watch(path, token));
            return queue;
        } catch (XenStoreException e) {
            queue.close();
            throw e;
        }
    }

    private void unwatch(String path, String token) {
        watches.remove(token);
        try {
            perform("unwatch", path, () -> calls.unwatch(path, token));
        } catch (XenStoreException e) {
            // No connection, no watch.
        }
    }

    @Override
    public void introduce(int domid, long gfn, int port) {
        command("introduce", domid, () -> calls.introduceDomain(domid, gfn, port));
    }

    @Override
    public void release(int domid) {
        command("release", domid, () -> calls.releaseDomain(domid));
    }

    @Override
    public void resume(int domid) {
        command("resume", domid, () -> calls.resumeDomain(domid));
    }

    @Override
    public void setTarget(int domid, int targetDomid) {
        command("set the target of", domid, () -> calls.actFor(domid, targetDomid));
    }

    private void command(String operation, int domid, Runnable call) {
        requireOpen();
        try {
            perform(operation, "domain " + domid, call);
        } catch (NoSuchPath e) {
            // A domain is not a node; what it is that does not exist must not be called one.
            throw new Refused(operation, "domain " + domid, "ENOENT");
        }
    }

    @Override
    public void onReconnect(Consumer<? super XenStore> listener) {
        // Never: see the class.
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ConnectionLost reason = new ConnectionLost("this connection to xenstore was closed", null);
        watches.values().forEach(queue -> queue.fail(reason));
        watches.clear();
        calls.close();
    }
}
