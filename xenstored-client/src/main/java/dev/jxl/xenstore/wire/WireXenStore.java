package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.Transaction;
import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.XenStoreException.ProtocolViolation;
import dev.jxl.xenstore.XenStoreException.Unreachable;
import dev.jxl.xenstore.rules.ProbeLoop;
import dev.jxl.xenstore.rules.StorePath;
import dev.jxl.xenstore.rules.TransactionRetry;
import dev.jxl.xenstore.rules.WatchQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * xenstore over its wire protocol.
 *
 * <p>When the connection is lost, requests in flight fail with {@link ConnectionLost} (or {@link ProtocolViolation}, when
 * what xenstored sent is the reason) and so do new ones, at once, until it is back. It is tried again with growing pauses
 * until {@link #close}. Then all watches are registered again, each is told {@link
 * dev.jxl.xenstore.WatchEvent.Reconnected}, and the listeners are called.
 */
public final class WireXenStore extends WireAccess implements XenStore {
    /** How long xenstored may owe an answer. A live update of the daemon may take a minute. */
    private static final Duration SILENCE_LIMIT = Duration.ofMinutes(2);

    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final long LASTING_NANOS = 10_000_000_000L;
    private static final String TOKEN_PREFIX = "jxl";
    private static final System.Logger LOG = System.getLogger(WireXenStore.class.getName());

    private final Endpoint endpoint;
    private final Duration silenceLimit;
    private final Map<String, WatchQueue> watches = new ConcurrentHashMap<>();
    private final AtomicLong lastToken = new AtomicLong();
    private final List<Consumer<? super XenStore>> reconnectListeners = new CopyOnWriteArrayList<>();

    private final ReentrantLock stateLock = new ReentrantLock();
    private final Condition stateChanged = stateLock.newCondition();
    private boolean reconnecting;
    private long connectedNanos = System.nanoTime();
    private long nextPauseMillis = FIRST_PAUSE_MILLIS;
    private volatile boolean closed;
    private volatile Connection connection;

    WireXenStore(Endpoint endpoint, Duration silenceLimit) throws IOException {
        this.endpoint = endpoint;
        this.silenceLimit = silenceLimit;
        this.connection = Connection.open(endpoint, new Events(), silenceLimit);
        // A failure before the line above had nobody to see it.
        connection.findFailure().ifPresent(this::startReconnecting);
    }

    /**
     * Connects to this machine's xenstored: over what {@code XENSTORED_PATH} names (a socket or a device), else the daemon's
     * socket, else the kernel's device.
     *
     * @throws Unreachable when there is none, or it does not answer; the message says what to do
     */
    public static XenStore connect() {
        return connect(Endpoints.ofThisMachine(System.getenv("XENSTORED_PATH")));
    }

    /**
     * Connects to a xenstored.
     *
     * @param path its socket, or a device such as {@code /dev/xen/xenbus}
     * @throws Unreachable when there is none, or it does not answer
     */
    public static XenStore connect(Path path) {
        return connect(Endpoints.at(path));
    }

    private static XenStore connect(Endpoint endpoint) {
        try {
            WireXenStore store = new WireXenStore(endpoint, SILENCE_LIMIT);
            try {
                // Something that takes connections is not yet a xenstored.
                store.find("/");
            } catch (XenStoreException e) {
                store.close();
                throw new IOException(e.getMessage(), e);
            }
            return store;
        } catch (IOException e) {
            throw new Unreachable(
                    "cannot connect to xenstored at " + endpoint.description() + ": " + e.getMessage()
                            + ". Is it running (systemctl status xenstored), and may this user open it?",
                    e);
        }
    }

    @Override
    Connection connection() {
        if (closed) {
            throw new ConnectionLost("this connection to xenstore was closed", null);
        }
        return connection;
    }

    @Override
    int transactionId() {
        return 0;
    }

    @Override
    public <T extends @Nullable Object> T transaction(Function<? super Transaction, ? extends T> body) {
        return TransactionRetry.run(() -> WireTransaction.begin(connection()), body);
    }

    @Override
    public <T> Optional<T> await(String path, Duration timeout, Function<? super StoreAccess, Optional<T>> probe) {
        return ProbeLoop.await(this, path, timeout, probe);
    }

    @Override
    public Watch watch(String path) {
        StorePath.requireWatchable(path);
        String token = TOKEN_PREFIX + lastToken.incrementAndGet();
        WatchQueue queue = new WatchQueue(path, q -> unwatch(path, token));
        // Known before it is sent: the first event may overtake the answer, and a reconnect must find it.
        watches.put(token, queue);
        try {
            Request request = Request.of(PacketType.WATCH, path, path, token);
            checked(request, connection().call(request, 0));
            return queue;
        } catch (XenStoreException e) {
            queue.close();
            throw e;
        }
    }

    private void unwatch(String path, String token) {
        watches.remove(token);
        try {
            // Nobody needs the answer; events that are on their way find no queue.
            connection().send(List.of(Request.of(PacketType.UNWATCH, path, path, token)), 0);
        } catch (XenStoreException e) {
            // No connection, no watch.
        }
    }

    @Override
    public void introduce(int domid, long gfn, int port) {
        command(PacketType.INTRODUCE, domid, Integer.toString(domid), Long.toString(gfn), Integer.toString(port));
    }

    @Override
    public void release(int domid) {
        command(PacketType.RELEASE, domid, Integer.toString(domid));
    }

    @Override
    public void resume(int domid) {
        command(PacketType.RESUME, domid, Integer.toString(domid));
    }

    @Override
    public void setTarget(int domid, int targetDomid) {
        command(PacketType.SET_TARGET, domid, Integer.toString(domid), Integer.toString(targetDomid));
    }

    private void command(PacketType type, int domid, String... arguments) {
        Request request = Request.of(type, "domain " + domid, arguments);
        Packet reply = connection().call(request, 0);
        if (reply.type() == PacketType.ERROR) {
            XenStoreException reason = Payload.error(request, reply);
            // A domain is not a node; what it is that does not exist must not be called one.
            throw reason instanceof XenStoreException.NoSuchPath
                    ? new XenStoreException.Refused(Payload.verb(type), "domain " + domid, "ENOENT")
                    : reason;
        }
    }

    @Override
    public void onReconnect(Consumer<? super XenStore> listener) {
        reconnectListeners.add(listener);
    }

    @Override
    public void close() {
        stateLock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            stateChanged.signalAll();
        } finally {
            stateLock.unlock();
        }
        ConnectionLost reason = new ConnectionLost("this connection to xenstore was closed", null);
        connection.fail(reason);
        watches.values().forEach(queue -> queue.fail(reason));
        watches.clear();
    }

    private void startReconnecting(XenStoreException reason) {
        stateLock.lock();
        try {
            if (closed || reconnecting) {
                return;
            }
            reconnecting = true;
            // One that did not last is no reason to be quicker the next time.
            if (System.nanoTime() - connectedNanos > LASTING_NANOS) {
                nextPauseMillis = FIRST_PAUSE_MILLIS;
            }
        } finally {
            stateLock.unlock();
        }
        LOG.log(System.Logger.Level.WARNING, "xenstore: {0}; connecting again", reason.getMessage());
        Thread.ofPlatform().name("xenstore-reconnect").daemon(true).start(this::reconnect);
    }

    private void reconnect() {
        while (pause()) {
            try {
                Connection fresh = Connection.open(endpoint, new Events(), silenceLimit);
                if (adopt(fresh)) {
                    announce();
                    return;
                }
            } catch (IOException | XenStoreException e) {
                LOG.log(System.Logger.Level.DEBUG, "xenstore: not back yet", e);
            }
        }
    }

    /** Registers every watch and makes the connection the one to use. */
    private boolean adopt(Connection fresh) {
        List<Request> requests = new ArrayList<>();
        watches.forEach(
                (token, queue) -> requests.add(Request.of(PacketType.WATCH, queue.path(), queue.path(), token)));
        for (PendingReply reply : fresh.send(requests, 0)) {
            Packet answer = reply.await();
            if (answer.type() == PacketType.ERROR) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "xenstore: the watch on {0} could not be registered again: {1}",
                        reply.request().path(),
                        Payload.error(reply.request(), answer).getMessage());
            }
        }
        stateLock.lock();
        try {
            if (closed) {
                fresh.fail(new ConnectionLost("this connection to xenstore was closed", null));
                return true;
            }
            connection = fresh;
            connectedNanos = System.nanoTime();
            reconnecting = false;
        } finally {
            stateLock.unlock();
        }
        // Had it failed before it was the one to use, nobody would have started to connect again.
        fresh.findFailure().ifPresent(this::startReconnecting);
        return true;
    }

    private void announce() {
        if (closed) {
            return;
        }
        LOG.log(System.Logger.Level.INFO, "xenstore: connected to {0} again", endpoint.description());
        watches.values().forEach(WatchQueue::offerReconnected);
        for (Consumer<? super XenStore> listener : reconnectListeners) {
            try {
                listener.accept(this);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "xenstore: a listener failed after the connection was back", e);
            }
        }
    }

    /** Waits, longer each time and with jitter; false when the store was closed. */
    private boolean pause() {
        stateLock.lock();
        try {
            long millis = ThreadLocalRandom.current().nextLong(nextPauseMillis / 2, nextPauseMillis);
            nextPauseMillis = Math.min(2 * nextPauseMillis, LONGEST_PAUSE_MILLIS);
            long left = Duration.ofMillis(millis).toNanos();
            while (!closed && left > 0) {
                left = stateChanged.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            stateLock.unlock();
        }
    }

    /** What the connections tell. */
    private final class Events implements Connection.Listener {
        @Override
        public void changed(String token, String path) {
            WatchQueue queue = watches.get(token);
            if (queue != null) {
                queue.offer(path);
            } else if (!token.startsWith(TOKEN_PREFIX)) {
                // Not one that was closed a moment ago: nobody ever registered it.
                throw new ProtocolViolation("xenstored sent an event for a watch that was never set");
            }
        }

        @Override
        public void failed(Connection failed, XenStoreException reason) {
            if (failed == connection) {
                startReconnecting(reason);
            }
        }
    }
}
