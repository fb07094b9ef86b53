package dev.jxl.xld.host.xen.qmp;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** Java's own socket: virtual threads welcome, no files. */
final class ChannelSocket implements MonitorSocket {
    private final SocketChannel channel;

    ChannelSocket() throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @Override
    public void connect(Path socket, Duration patience) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(byte[] bytes, OptionalInt file) throws IOException {
        if (file.isPresent()) {
            throw new IllegalStateException("a conversation that hands over files is opened as one");
        }
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    @Override
    public void breakOff() {
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // There is nothing left to say on it.
        }
    }
}
