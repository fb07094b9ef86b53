package dev.jxl.config.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.function.LongConsumer;

/** Numbers from a stream, through one buffer of a fixed size. What is missing at the end is {@link Unreadable}. */
final class StreamInput {
    private static final int BUFFER = 1 << 18;
    private static final int QUAD = 8;
    private static final long U32 = 0xFFFF_FFFFL;

    private final ReadableByteChannel channel;
    private final LongConsumer progress;
    /** The size, when contents may be passed over; -1: everything is read. */
    private final long seekable;

    private final long start;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).limit(0);
    /** The offset of the buffer's first byte. */
    private long base;

    /**
     * Reads from there.
     *
     * @param readAll whether also what is skipped is read
     */
    StreamInput(ImageSource source, boolean readAll) throws IOException {
        channel = source.channel();
        progress = source.progress();
        boolean seeks = !readAll && source.size().isPresent() && channel instanceof SeekableByteChannel;
        seekable = seeks ? source.size().getAsLong() : -1;
        start = seeks && channel instanceof SeekableByteChannel positioned ? positioned.position() : 0;
    }

    /** Where the next byte is. */
    long offset() {
        return base + buffer.position();
    }

    void order(ByteOrder order) {
        buffer.order(order);
    }

    ByteOrder order() {
        return buffer.order();
    }

    /** Whether nothing follows. */
    boolean atEnd() throws IOException {
        return !buffer.hasRemaining() && !fill();
    }

    int u8() throws IOException {
        require(1);
        return buffer.get() & 0xFF;
    }

    int u16() throws IOException {
        require(2);
        return buffer.getShort() & 0xFFFF;
    }

    long u32() throws IOException {
        require(4);
        return buffer.getInt() & U32;
    }

    /** As it is in the stream: what is above 2^63 comes out negative. */
    long u64() throws IOException {
        require(QUAD);
        return buffer.getLong();
    }

    /**
     * Numbers as {@link #u64} reads them, one and more.
     *
     * @param from the index of the first
     * @return how many
     */
    int longs(long[] into, int from, int most) throws IOException {
        require(QUAD);
        int count = Math.min(most, buffer.remaining() / QUAD);
        for (int i = 0; i < count; i++) {
            into[from + i] = buffer.getLong();
        }
        return count;
    }

    /** Looks at the next bytes, as many of them as there are. */
    byte[] peek(int most) throws IOException {
        while (buffer.remaining() < most && fill()) {
            // until there are enough, or no more
        }
        byte[] seen = new byte[Math.min(most, buffer.remaining())];
        buffer.get(buffer.position(), seen);
        return seen;
    }

    /** Bytes; the caller has bounded their number. */
    byte[] bytes(int length) throws IOException {
        byte[] all = new byte[length];
        int done = 0;
        while (done < length) {
            require(1);
            int step = Math.min(length - done, buffer.remaining());
            buffer.get(all, done, step);
            done += step;
        }
        return all;
    }

    /** Goes on behind so many bytes. */
    void skip(long length) throws IOException {
        long left = length - pass(length);
        if (left > 0 && seekable >= 0) {
            long target = offset() + left;
            if (target > seekable) {
                base = seekable;
                buffer.limit(0);
                throw Unreadable.ended();
            }
            ((SeekableByteChannel) channel).position(start + target);
            base = target;
            buffer.position(0).limit(0);
            progress.accept(base);
            return;
        }
        while (left > 0) {
            require(1);
            left -= pass(left);
        }
    }

    private long pass(long most) {
        int step = (int) Math.min(most, buffer.remaining());
        buffer.position(buffer.position() + step);
        return step;
    }

    private void require(int bytes) throws IOException {
        while (buffer.remaining() < bytes) {
            if (!fill()) {
                buffer.position(buffer.limit());
                throw Unreadable.ended();
            }
        }
    }

    private boolean fill() throws IOException {
        base += buffer.position();
        buffer.compact();
        int got = channel.read(buffer);
        buffer.flip();
        progress.accept(offset());
        return got > 0;
    }
}
