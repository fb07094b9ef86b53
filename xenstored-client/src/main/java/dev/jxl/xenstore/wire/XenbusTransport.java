package dev.jxl.xenstore.wire;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The kernel's device, for a machine whose xenstored runs in another domain. What differs from the socket:
 *
 * <ul>
 *   <li>it takes one packet a write, and drops what follows in the same one;
 *   <li>a request must be answered before the next is written. The kernel sends a request's payload later, from the buffer
 *       that the next write overwrites (seen with Linux 6.12: 300 reads of different nodes at once, 299 wrong answers). So
 *       requests go one by one here, and many threads are only convenient, not fast;
 *   <li>it numbers requests for itself and gives our own number back with the answer;
 *   <li>it answers WATCH and UNWATCH itself; a watch event's request and transaction ids are not set at all;
 *   <li>a read can be neither timed out nor ended by closing the file: the reader has to be woken by an answer, and then
 *       closes the file itself.
 * </ul>
 *
 * @source linux drivers/xen/xenbus/xenbus_dev_frontend.c: xenbus_file_write, xenbus_write_transaction, watch_fired;
 *     xenbus_xs.c: xenbus_dev_request_and_reply
 */
final class XenbusTransport implements Transport {
    /** The device, or a test's. */
    interface Device extends Closeable {
        int read(byte[] into, int length) throws IOException;

        void write(byte[] from, int length) throws IOException;
    }

    private final Device device;
    private final byte[] incoming = new byte[8192];
    private final byte[] outgoing = new byte[8192];
    private final AnswerCounter answers = new AnswerCounter();
    /** One permit while no request is with the kernel. */
    private final Semaphore idle = new Semaphore(1);

    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean reading;

    XenbusTransport(Device device) {
        this.device = device;
    }

    static XenbusTransport open(Path path) throws IOException {
        if (!Files.exists(path)) {
            // Opening it for writing would make a plain file of that name.
            throw new FileNotFoundException(path + " does not exist");
        }
        // A FileChannel would make a write wait for the blocked read: they share its position.
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        return new XenbusTransport(new Device() {
            @Override
            public int read(byte[] into, int length) throws IOException {
                return file.read(into, 0, length);
            }

            @Override
            public void write(byte[] from, int length) throws IOException {
                file.write(from, 0, length);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        });
    }

    @Override
    public int read(ByteBuffer into, int timeoutMillis) throws IOException {
        reading = true;
        try {
            int n = closed.get() ? -1 : device.read(incoming, Math.min(incoming.length, into.remaining()));
            if (closed.get()) {
                device.close();
                throw new EOFException("the connection was closed");
            }
            if (n > 0) {
                into.put(incoming, 0, n);
                idle.release(answers.count(incoming, n));
            }
            return n;
        } finally {
            reading = false;
        }
    }

    @Override
    public void send(ByteBuffer packets) throws IOException {
        while (packets.hasRemaining()) {
            int length = Request.HEADER_BYTES + packets.getInt(packets.position() + 12);
            packets.get(outgoing, 0, length);
            idle.acquireUninterruptibly();
            if (closed.get()) {
                throw new EOFException("the connection was closed");
            }
            device.write(outgoing, length);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            // If a request is with the kernel, its answer wakes the reader.
            if (idle.tryAcquire()) {
                if (reading) {
                    askAnything();
                } else {
                    device.close();
                }
            }
        } catch (IOException e) {
            System.getLogger(XenbusTransport.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing the xenbus device failed", e);
        }
        // Whoever waits in send, and whoever comes.
        idle.release(Integer.MAX_VALUE / 2);
    }

    private void askAnything() throws IOException {
        Request question = Request.of(PacketType.GET_DOMAIN_PATH, "/", "0");
        ByteBuffer packet = ByteBuffer.wrap(new byte[question.length()]).order(ByteOrder.nativeOrder());
        question.encode(packet, 0, 0);
        device.write(packet.array(), question.length());
    }

    /** Finds the answers in what was read, whatever pieces it came in. */
    private static final class AnswerCounter {
        private final ByteBuffer header =
                ByteBuffer.wrap(new byte[Request.HEADER_BYTES]).order(ByteOrder.nativeOrder());
        private int payloadLeft;

        /** How many answers began in these bytes. A watch event is none. */
        int count(byte[] bytes, int length) {
            int count = 0;
            int at = 0;
            while (at < length) {
                if (payloadLeft > 0) {
                    int skipped = Math.min(payloadLeft, length - at);
                    payloadLeft -= skipped;
                    at += skipped;
                } else {
                    header.put(bytes[at++]);
                    if (!header.hasRemaining()) {
                        count += header.getInt(0) == PacketType.WATCH_EVENT.code() ? 0 : 1;
                        // Nonsense is for the parser to find.
                        payloadLeft = Math.max(0, header.getInt(12));
                        header.clear();
                    }
                }
            }
            return count;
        }
    }
}
