package dev.jxl.xenstore.wire;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The kernel's device, for a machine whose xenstored runs in another domain. What differs from the socket:
 *
 * <ul>
 *   <li>the kernel numbers requests for itself and gives the answer our own number back, so ours need be unique only here;
 *   <li>it takes one packet a write and drops what follows in the same one;
 *   <li>it answers WATCH and UNWATCH itself; a watch event's request and transaction ids are not set at all;
 *   <li>a read can be neither timed out nor ended by closing the file, so {@link #close} asks a question whose answer
 *       wakes the reader. The reader then closes the file.
 * </ul>
 *
 * @source linux drivers/xen/xenbus/xenbus_dev_frontend.c: xenbus_file_write, xenbus_write_watch, watch_fired
 */
final class XenbusTransport implements Transport {
    // A FileChannel would make a write wait for the blocked read: they share its position.
    private final RandomAccessFile device;
    private final byte[] incoming = new byte[8192];
    private final byte[] outgoing = new byte[8192];
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean reading;

    private XenbusTransport(RandomAccessFile device) {
        this.device = device;
    }

    static XenbusTransport open(Path path) throws IOException {
        if (!Files.exists(path)) {
            // Opening it for writing would make a plain file of that name.
            throw new FileNotFoundException(path + " does not exist");
        }
        return new XenbusTransport(new RandomAccessFile(path.toFile(), "rw"));
    }

    @Override
    public int read(ByteBuffer into, int timeoutMillis) throws IOException {
        reading = true;
        try {
            int n = closed.get() ? -1 : device.read(incoming, 0, Math.min(incoming.length, into.remaining()));
            if (closed.get()) {
                device.close();
                return -1;
            }
            if (n > 0) {
                into.put(incoming, 0, n);
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
            device.write(outgoing, 0, length);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (reading) {
                Request question = Request.of(PacketType.GET_DOMAIN_PATH, "/", "0");
                ByteBuffer packet = ByteBuffer.allocate(question.length()).order(ByteOrder.nativeOrder());
                question.encode(packet, 0, 0);
                device.write(packet.array());
            } else {
                device.close();
            }
        } catch (IOException e) {
            System.getLogger(XenbusTransport.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing the xenbus device failed", e);
        }
    }
}
