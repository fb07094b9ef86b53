package dev.jxl.cli;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code jxl}'s front asks for (cli/front/jxl.c): eight bytes {@code JXLF} and the protocol's version, the length of the rest in four, and texts,
 * each ended by a zero byte. Numbers are in the network's order.
 *
 * @param build of which build the front is
 * @param files which files the caller sees: its mount namespace, and the device and inode of its root
 * @param folder where the caller is
 * @param interactive whether standard error is a terminal
 * @param arguments the command
 * @param environment the variables that begin with {@code JXL_}
 */
record FrontRequest(
        String build,
        String files,
        Path folder,
        boolean interactive,
        List<String> arguments,
        Map<String, String> environment) {
    private static final int HEAD = 12;
    private static final int MAGIC = 0x4a584c46;
    private static final int PROTOCOL = 1;
    private static final int LONGEST = 128 << 10;
    /** How many texts stand before the arguments. */
    private static final int BEFORE = 5;

    /**
     * Reads one.
     *
     * @throws IOException when it does not come in time as a whole, or is none of this protocol
     */
    static FrontRequest read(SocketChannel from, Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        from.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            from.register(selector, SelectionKey.OP_READ);
            ByteBuffer head = filled(ByteBuffer.allocate(HEAD), from, selector, end);
            if (head.getInt() != MAGIC || head.getInt() != PROTOCOL) {
                throw new IOException("not of this protocol");
            }
            int length = head.getInt();
            if (length < 0 || length > LONGEST) {
                throw new IOException("a request of " + length + " bytes");
            }
            return of(filled(ByteBuffer.allocate(length), from, selector, end));
        } finally {
            if (from.isOpen()) {
                from.configureBlocking(true);
            }
        }
    }

    private static ByteBuffer filled(ByteBuffer bytes, SocketChannel from, Selector selector, long end)
            throws IOException {
        while (bytes.hasRemaining()) {
            int read = from.read(bytes);
            if (read < 0) {
                throw new EOFException();
            }
            if (read == 0) {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new IOException("the request did not come in time");
                }
                selector.select(left);
            }
        }
        return bytes.flip();
    }

    /** The JVM that is started otherwise reads what is not UTF-8 in its own way. */
    private static FrontRequest of(ByteBuffer bytes) throws IOException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        List<String> texts = List.of(text.split("\0", -1));
        int count = texts.size() > BEFORE ? number(texts.get(BEFORE - 1)) : -1;
        int arguments = BEFORE + count;
        // The last text is ended too, so that an empty one follows it.
        if (count < 0
                || arguments >= texts.size()
                || !texts.getLast().isEmpty()
                || !texts.get(2).startsWith("/")) {
            throw new IOException("a request that says too little");
        }
        Map<String, String> environment = new HashMap<>();
        for (String variable : texts.subList(arguments, texts.size() - 1)) {
            int equals = variable.indexOf('=');
            environment.put(variable.substring(0, Math.max(equals, 0)), variable.substring(equals + 1));
        }
        return new FrontRequest(
                texts.get(0),
                texts.get(1),
                Path.of(texts.get(2)),
                texts.get(3).equals("1"),
                texts.subList(BEFORE, arguments),
                Map.copyOf(environment));
    }

    private static int number(String digits) {
        try {
            int number = Integer.parseInt(digits);
            return number > LONGEST ? -1 : number;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
