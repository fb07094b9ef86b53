package dev.jxl.xld.host.xen.qmp;

import dev.jxl.xld.host.xen.qmp.QmpException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A conversation with QEMU on a monitor's socket: greeting, capabilities, then commands one after the other. Events in between go to
 * a listener. Lines longer than 4 MiB, more than 10000 messages before an answer, and anything that is not QMP end it. For one
 * thread; virtual threads welcome.
 *
 * @source QEMU: docs/interop/qmp-spec.rst
 */
public final class QmpConnection implements AutoCloseable {
    private static final int MAX_MESSAGES = 10_000;
    private static final int CHUNK = 16 * 1024;
    private static final ScheduledExecutorService DEADLINES = deadlines();

    private final SocketChannel channel;
    private final Duration patience;
    private final Consumer<Event> listener;
    private final ByteBuffer input = ByteBuffer.allocate(CHUNK).limit(0);
    private byte[] line = new byte[CHUNK];
    private volatile boolean late;
    private long lastId;

    /**
     * What QEMU tells unasked.
     *
     * @param name {@code SHUTDOWN}, {@code DEVICE_TRAY_MOVED}, …
     * @param data its members; not to be trusted
     */
    public record Event(String name, Map<?, ?> data) {}

    private QmpConnection(SocketChannel channel, Duration patience, Consumer<Event> listener) {
        this.channel = channel;
        this.patience = patience;
        this.listener = listener;
    }

    private static ScheduledExecutorService deadlines() {
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("jxl-qmp-deadlines").factory());
        threads.setRemoveOnCancelPolicy(true);
        return threads;
    }

    /**
     * Connects and greets.
     *
     * @param patience for the greeting, and for each answer
     * @param listener told of events while an answer is waited for
     * @throws QmpException when nobody listens, or who does is no QEMU
     */
    public static QmpConnection open(Path socket, Duration patience, Consumer<Event> listener) {
        SocketChannel channel;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new QmpException(Kind.GONE, "no socket can be made: " + e.getMessage(), e);
        }
        QmpConnection connection = new QmpConnection(channel, patience, listener);
        try {
            connection.greet(socket);
            return connection;
        } catch (RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private void greet(Path socket) {
        ScheduledFuture<?> deadline = deadline();
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            if (!(nextMessage().get("QMP") instanceof Map<?, ?>)) {
                throw new QmpException(Kind.NOT_QMP, "it did not greet as QEMU does", null);
            }
        } catch (IOException e) {
            throw failure(e);
        } finally {
            deadline.cancel(false);
        }
        execute("qmp_capabilities", Map.of());
    }

    /**
     * A command and its answer.
     *
     * @param arguments maps, lists, strings, numbers and booleans
     * @return what was in {@code return}
     * @throws QmpException when it is refused, or there is no answer
     */
    public Object execute(String command, Map<String, ?> arguments) {
        ScheduledFuture<?> deadline = deadline();
        try {
            String id = "jxl-" + ++lastId;
            Map<String, Object> request = new LinkedHashMap<>();
            request.put("execute", command);
            if (!arguments.isEmpty()) {
                request.put("arguments", arguments);
            }
            request.put("id", id);
            ByteBuffer bytes = ByteBuffer.wrap(QmpJson.write(request));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return answer(id);
        } catch (IOException e) {
            throw failure(e);
        } finally {
            deadline.cancel(false);
        }
    }

    private Object answer(String id) throws IOException {
        for (int i = 0; i < MAX_MESSAGES; i++) {
            Map<String, Object> message = nextMessage();
            if (message.get("event") instanceof String event) {
                listener.accept(new Event(event, message.get("data") instanceof Map<?, ?> data ? data : Map.of()));
            } else if (id.equals(message.get("id"))) {
                if (message.get("error") instanceof Map<?, ?> error) {
                    throw new QmpException(Kind.REFUSED, String.valueOf(error.get("desc")), null);
                }
                Object value = message.get("return");
                if (value == null) {
                    throw new QmpException(Kind.NOT_QMP, "an answer has neither a value nor an error", null);
                }
                return value;
            }
        }
        throw new QmpException(Kind.NOT_QMP, "it sent " + MAX_MESSAGES + " messages and no answer", null);
    }

    private Map<String, Object> nextMessage() throws IOException {
        int length = 0;
        while (true) {
            while (input.hasRemaining()) {
                byte next = input.get();
                if (next == '\n') {
                    if (length > 0) {
                        return parsed(length);
                    }
                } else if (next != '\r') {
                    if (length == QmpJson.MAX_BYTES) {
                        throw new QmpException(
                                Kind.NOT_QMP, "it sent a line of more than " + QmpJson.MAX_BYTES + " bytes", null);
                    }
                    if (length == line.length) {
                        line = Arrays.copyOf(line, Math.min(QmpJson.MAX_BYTES, 2 * length));
                    }
                    line[length++] = next;
                }
            }
            input.clear();
            int count = channel.read(input);
            input.flip();
            if (count < 0) {
                throw new QmpException(Kind.GONE, "it closed the connection", null);
            }
        }
    }

    private Map<String, Object> parsed(int length) {
        try {
            return QmpJson.read(line, length);
        } catch (IOException | RuntimeException e) {
            throw new QmpException(Kind.NOT_QMP, "it sent what is not QMP: " + e.getMessage(), e);
        }
    }

    /** At the deadline the socket is closed under whoever waits on it. */
    private ScheduledFuture<?> deadline() {
        return DEADLINES.schedule(
                () -> {
                    late = true;
                    close();
                },
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private RuntimeException failure(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            CancellationException cancelled = new CancellationException("interrupted while QEMU was asked");
            cancelled.initCause(e);
            return cancelled;
        }
        if (late || e instanceof ClosedChannelException) {
            return new QmpException(Kind.TIMED_OUT, "it did not answer within " + patience.toSeconds() + " s", e);
        }
        return new QmpException(Kind.GONE, "the connection failed: " + e.getMessage(), e);
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
