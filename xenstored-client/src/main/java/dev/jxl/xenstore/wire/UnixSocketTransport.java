package dev.jxl.xenstore.wire;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/**
 * The daemon's Unix socket. The channel does not block: a thread that is interrupted inside a blocking channel operation
 * closes the channel, and this one belongs to many threads.
 */
final class UnixSocketTransport implements Transport {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Semaphore writable = new Semaphore(0);
    private volatile boolean closed;

    private UnixSocketTransport(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    static UnixSocketTransport open(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            return new UnixSocketTransport(channel, Selector.open());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer into, int timeoutMillis) throws IOException {
        try {
            selector.select(this::wakeSender, timeoutMillis);
            if (closed) {
                throw new EOFException("the connection was closed");
            }
            return channel.read(into);
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new EOFException("the connection was closed");
        }
    }

    /** The sender asks for OP_WRITE only while it waits for room. */
    private void wakeSender(SelectionKey ready) {
        if (ready.isWritable()) {
            ready.interestOps(SelectionKey.OP_READ);
            writable.release();
        }
    }

    @Override
    public void send(ByteBuffer packets) throws IOException {
        while (packets.hasRemaining()) {
            if (channel.write(packets) > 0) {
                continue;
            }
            // xenstored is slow to take what we send. The reader's selector tells when there is room again.
            try {
                key.interestOpsOr(SelectionKey.OP_WRITE);
                selector.wakeup();
            } catch (CancelledKeyException e) {
                throw new EOFException("the connection was closed");
            }
            writable.acquireUninterruptibly();
            if (closed) {
                throw new EOFException("the connection was closed");
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            // Nobody can do anything about it: the descriptor is gone either way.
            System.getLogger(UnixSocketTransport.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing xenstored's socket failed", e);
        }
        writable.release(2);
    }
}
