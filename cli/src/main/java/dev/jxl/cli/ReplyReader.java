package dev.jxl.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads one HTTP answer: its head at once, its body whole or line by line. */
final class ReplyReader {
    private static final int MAX_BODY = 64 << 20;
    private static final int MAX_LINE = 1 << 20;
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(16384).limit(0);
    private final int status;
    private boolean chunked;
    private long left;

    /**
     * Reads the head.
     *
     * @throws IOException when the connection ends in it, or it is not HTTP/1.1
     */
    ReplyReader(SocketChannel channel) throws IOException {
        this.channel = channel;
        String first = headLine();
        if (!first.startsWith("HTTP/1.1 ") || first.length() < 12) {
            throw new IOException("not an HTTP answer: " + first);
        }
        status = number(first.substring(9, 12), 10);
        for (String line = headLine(); !line.isEmpty(); line = headLine()) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            if (name.equalsIgnoreCase("Content-Length")) {
                left = number(value, 10);
            } else if (name.equalsIgnoreCase("Transfer-Encoding") && value.equalsIgnoreCase("chunked")) {
                chunked = true;
            }
        }
        if (chunked) {
            left = number(headLine(), 16);
        }
    }

    int status() {
        return status;
    }

    /** The whole answer. */
    Daemon.Reply whole() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(Math.max(32, (int) Math.min(left, MAX_BODY)));
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            int some = (int) Math.min(left, buffer.remaining());
            if (body.size() + some > MAX_BODY) {
                throw new IOException("the answer is larger than " + MAX_BODY + " bytes");
            }
            body.write(buffer.array(), buffer.position(), some);
            buffer.position(buffer.position() + some);
            left -= some;
            if (left == 0) {
                nextChunk();
            }
        }
        return new Daemon.Reply(status, body.toString(StandardCharsets.UTF_8));
    }

    /** The body's next line, or an empty Optional when it has ended. */
    Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (left > 0) {
            byte b = next();
            if (--left == 0) {
                nextChunk();
            }
            if (b == '\n') {
                return Optional.of(line.toString(StandardCharsets.UTF_8));
            }
            append(line, b);
        }
        return Optional.empty();
    }

    private void nextChunk() throws IOException {
        if (!chunked) {
            return;
        }
        headLine();
        left = number(headLine(), 16);
        if (left == 0) {
            headLine();
        }
    }

    private String headLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte b = next(); b != '\n'; b = next()) {
            append(line, b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private static void append(ByteArrayOutputStream line, byte b) throws IOException {
        if (line.size() >= MAX_LINE) {
            throw new IOException("a line of the answer is longer than " + MAX_LINE + " bytes");
        }
        line.write(b);
    }

    private static int number(String text, int radix) throws IOException {
        int end = text.indexOf(';');
        try {
            int value = Integer.parseInt(end < 0 ? text : text.substring(0, end), radix);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // Told below, together with a negative number.
        }
        throw new IOException("not a length in an HTTP answer: " + text);
    }

    private byte next() throws IOException {
        if (!buffer.hasRemaining()) {
            fill();
        }
        return buffer.get();
    }

    private void fill() throws IOException {
        buffer.clear();
        int read = channel.read(buffer);
        buffer.flip();
        if (read < 0) {
            throw new IOException("jxld closed it");
        }
    }
}
