package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.XenStoreException.ProtocolViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its beginning to its first failure; there is no second. Any number of threads have requests in
 * flight. What they send at the same time goes out in one write: whoever comes while another thread is writing leaves its
 * packets to that one. One platform thread reads and hands out the answers.
 */
final class Connection {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** What a connection tells of by itself, on its reader's thread. */
    interface Listener {
        /** A watch was triggered. Must not block, and must not send. */
        void changed(String token, String path);

        /** The connection is over; every waiter has been told. */
        void failed(Connection connection, XenStoreException reason);
    }

    private final String description;
    private final Transport transport;
    private final Listener listener;
    private final Duration silenceLimit;
    private final Map<Integer, PendingReply> pending = new ConcurrentHashMap<>();

    private final ReentrantLock sendLock = new ReentrantLock();
    private ByteBuffer filling = newBuffer(BUFFER_BYTES);
    private ByteBuffer draining = newBuffer(BUFFER_BYTES);
    private boolean sending;
    private int lastRequestId;
    private volatile @Nullable XenStoreException failure;

    private Connection(String description, Transport transport, Listener listener, Duration silenceLimit) {
        this.description = description;
        this.transport = transport;
        this.listener = listener;
        this.silenceLimit = silenceLimit;
    }

    /**
     * Connects and starts the reader.
     *
     * @param silenceLimit how long xenstored may owe us an answer, or the rest of a packet, before it counts as lost
     * @throws IOException when there is nobody to connect to
     */
    static Connection open(Endpoint endpoint, Listener listener, Duration silenceLimit) throws IOException {
        Connection connection = new Connection(endpoint.description(), endpoint.open(), listener, silenceLimit);
        // A platform thread: it is blocked nearly always, in system calls that would hold a virtual thread's carrier.
        Thread.ofPlatform().name("xenstore-reader").daemon(true).start(connection::readLoop);
        return connection;
    }

    /** Sends one request and waits for its answer. */
    Packet call(Request request, int transactionId) {
        return send(List.of(request), transactionId).getFirst().await();
    }

    /**
     * Sends requests, in order, and does not wait for the answers.
     *
     * @throws XenStoreException when the connection has failed; then none was sent
     */
    List<PendingReply> send(List<Request> requests, int transactionId) {
        List<PendingReply> replies = new ArrayList<>(requests.size());
        sendLock.lock();
        try {
            XenStoreException reason = failure;
            if (reason != null) {
                throw again(reason);
            }
            for (Request request : requests) {
                PendingReply reply = new PendingReply(request);
                replies.add(reply);
                int id = ++lastRequestId;
                pending.put(id, reply);
                append(request, id, transactionId);
            }
            if (!sending) {
                sending = true;
                try {
                    drain();
                } finally {
                    sending = false;
                }
            }
        } finally {
            sendLock.unlock();
        }
        return replies;
    }

    private void append(Request request, int id, int transactionId) {
        if (filling.remaining() < request.length()) {
            ByteBuffer larger = newBuffer(Math.max(2 * filling.capacity(), filling.position() + request.length()));
            larger.put(filling.flip());
            filling = larger;
        }
        request.encode(filling, id, transactionId);
    }

    /** Writes until nobody has left anything. Called with the lock, which is free while the write runs. */
    private void drain() {
        while (filling.position() > 0) {
            ByteBuffer full = filling;
            filling = draining;
            draining = full;
            sendLock.unlock();
            try {
                transport.send(full.flip());
            } catch (IOException e) {
                fail(new ConnectionLost(
                        "the connection to " + description + " broke while sending: " + e.getMessage(), e));
            } finally {
                sendLock.lock();
                full.clear();
            }
        }
    }

    private void readLoop() {
        ByteBuffer in = newBuffer(BUFFER_BYTES);
        int tickMillis = Math.clamp(silenceLimit.toMillis() / 4, 10, 10_000);
        long lastBytes = System.nanoTime();
        try {
            while (failure == null) {
                int n = transport.read(in, tickMillis);
                if (n < 0) {
                    throw new ConnectionLost(
                            description + " closed the connection" + (in.position() > 0 ? " inside a packet" : ""),
                            null);
                }
                if (n == 0) {
                    checkSilence(in.position() > 0, lastBytes);
                    continue;
                }
                lastBytes = System.nanoTime();
                in.flip();
                for (Packet packet = PacketParser.next(in); packet != null; packet = PacketParser.next(in)) {
                    dispatch(packet);
                }
                in = withRoom(in);
            }
        } catch (IOException e) {
            fail(new ConnectionLost("the connection to " + description + " broke: " + e.getMessage(), e));
        } catch (XenStoreException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            // Whatever it is: nobody may be left waiting for a thread that is gone.
            fail(new ConnectionLost("reading from " + description + " failed: " + e, e));
        }
    }

    /** Ready to be filled again, behind what has come of a packet; larger when that packet is larger than the buffer. */
    private static ByteBuffer withRoom(ByteBuffer in) {
        if (in.remaining() < in.capacity()) {
            return in.compact();
        }
        return newBuffer(2 * in.capacity()).put(in);
    }

    private void checkSilence(boolean insidePacket, long lastBytes) {
        long now = System.nanoTime();
        if (insidePacket && now - lastBytes > silenceLimit.toNanos()) {
            throw new ConnectionLost(
                    description + " began a packet and did not end it for " + silenceLimit.toMillis() + " ms", null);
        }
        for (PendingReply reply : pending.values()) {
            if (now - Math.max(reply.sentNanos(), lastBytes) > silenceLimit.toNanos()) {
                throw new ConnectionLost(
                        description + " did not answer " + reply.request().type() + " "
                                + reply.request().path() + " for " + silenceLimit.toMillis() + " ms",
                        null);
            }
        }
    }

    private void dispatch(Packet packet) {
        if (packet.type() == PacketType.WATCH_EVENT) {
            // Only its strings count: the kernel's device leaves its ids unset.
            List<String> strings = Payload.strings(packet);
            if (strings.size() < 2) {
                throw new ProtocolViolation(
                        "xenstored sent a watch event of " + strings.size() + " strings; a path and a token were due");
            }
            listener.changed(strings.get(1), strings.get(0));
            return;
        }
        // Removed only after all is checked: a waiter that is not in the map is not told when the connection fails.
        PendingReply reply = pending.get(packet.requestId());
        if (reply == null) {
            throw new ProtocolViolation("xenstored answered request " + Integer.toUnsignedString(packet.requestId())
                    + ", which was not asked");
        }
        if (packet.type() == PacketType.ERROR) {
            Payload.string(packet);
        } else if (packet.type() != reply.request().type()) {
            throw new ProtocolViolation("xenstored answered " + reply.request().type() + " "
                    + reply.request().path() + " with " + packet.type());
        }
        pending.remove(packet.requestId());
        reply.complete(packet);
    }

    /** Ends the connection: every waiter, and who comes later, gets the reason. The first reason stays. */
    void fail(XenStoreException reason) {
        sendLock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = reason;
        } finally {
            sendLock.unlock();
        }
        transport.close();
        for (PendingReply reply : pending.values()) {
            reply.fail(again(reason));
        }
        pending.clear();
        listener.failed(this, reason);
    }

    /** Why it is over, if it is. */
    Optional<XenStoreException> findFailure() {
        return Optional.ofNullable(failure);
    }

    /** One exception a waiter, so that each has its own stack trace. */
    private static XenStoreException again(XenStoreException reason) {
        return reason instanceof ProtocolViolation
                ? new ProtocolViolation(String.valueOf(reason.getMessage()))
                : new ConnectionLost(String.valueOf(reason.getMessage()), reason);
    }

    private static ByteBuffer newBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
