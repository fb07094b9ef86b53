package dev.jxl.xenstore.wire;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Something on a Unix socket that is not xenstored, or not in its right mind: each connection follows a script. */
final class FakeXenstored implements AutoCloseable {
    /** What one connection does. When it returns or throws, the connection is closed. */
    interface Script {
        void serve(Peer peer) throws IOException;
    }

    /** One request as it came. */
    record Received(int type, int id, int transactionId, String payload) {}

    private final ServerSocketChannel server;
    private final ConcurrentLinkedQueue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final Script last;
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();

    /**
     * Listens.
     *
     * @param last the script of every connection after those of {@link #next}
     */
    FakeXenstored(Path socket, Script last) throws IOException {
        this.last = last;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon(true).name("fake-xenstored").start(this::acceptLoop);
    }

    /** The script of the next connection that has none. */
    FakeXenstored next(Script script) {
        scripts.add(script);
        return this;
    }

    /** All requests of all connections. */
    List<Received> received() {
        return received;
    }

    private void acceptLoop() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                open.add(channel);
                Script script = scripts.poll();
                Script chosen = script == null ? last : script;
                Thread.ofPlatform().daemon(true).start(() -> {
                    try (channel) {
                        chosen.serve(new Peer(channel));
                    } catch (IOException e) {
                        // The client has gone, or the test is over.
                    }
                });
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    /** The other end of one connection. */
    final class Peer {
        private final SocketChannel channel;

        Peer(SocketChannel channel) {
            this.channel = channel;
        }

        Received receive() throws IOException {
            ByteBuffer header = ByteBuffer.wrap(read(16)).order(ByteOrder.nativeOrder());
            int type = header.getInt();
            int id = header.getInt();
            int transaction = header.getInt();
            String payload = new String(read(header.getInt()), StandardCharsets.ISO_8859_1);
            Received request = new Received(type, id, transaction, payload);
            received.add(request);
            return request;
        }

        private byte[] read(int length) throws IOException {
            byte[] bytes = new byte[length];
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new IOException("the client has gone");
                }
            }
            return bytes;
        }

        void raw(byte... bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        void header(int type, int id, int length) throws IOException {
            raw(ByteBuffer.allocate(16)
                    .order(ByteOrder.nativeOrder())
                    .putInt(type)
                    .putInt(id)
                    .putInt(0)
                    .putInt(length)
                    .array());
        }

        void answer(int type, int id, String payload) throws IOException {
            byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
            header(type, id, bytes.length);
            raw(bytes);
        }

        /** Answers everything as if it had worked; reads give their own path. */
        void behave() throws IOException {
            while (true) {
                Received request = receive();
                String answer = request.type() == PacketType.READ.code()
                        ? request.payload().replace("\0", "")
                        : request.type() == PacketType.TRANSACTION_START.code() ? "1\0" : "OK\0";
                answer(request.type(), request.id(), answer);
            }
        }

        /** Reads and says nothing until the client goes. */
        void listen() throws IOException {
            while (true) {
                receive();
            }
        }

        /** Does nothing at all until the client goes. */
        void stall() throws IOException {
            // A peer that has gone makes the write fail; the client never sees it, for its connection is over then.
            while (channel.isOpen()) {
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
        }
    }
}
