package dev.jxl.xld.host.xen.qmp;

import dev.jxl.xld.host.xen.qmp.QmpException.Kind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with QEMU on a monitor's socket: greeting, capabilities, then commands one after the other. Events in between go to
 * a listener. Lines longer than 4 MiB, more than 10000 messages before an answer, and anything that is not QMP end it. For one
 * thread; virtual threads welcome where no files are handed over.
 *
 * @source QEMU: docs/interop/qmp-spec.rst
 */
public final class QmpConnection implements AutoCloseable {
    private static final int MAX_MESSAGES = 10_000;
    private static final int CHUNK = 16 * 1024;
    private static final ScheduledExecutorService DEADLINES = deadlines();

    private final MonitorSocket socket;
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

    private QmpConnection(MonitorSocket socket, Duration patience, Consumer<Event> listener) {
        this.socket = socket;
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
        return open(ChannelSocket::new, socket, patience, listener);
    }

    /** As {@link #open}, for a conversation in which open files are handed over; for a platform thread. */
    public static QmpConnection openForFiles(Path socket, Duration patience, Consumer<Event> listener) {
        return open(StreamSocket::new, socket, patience, listener);
    }

    private interface Maker {
        MonitorSocket make() throws IOException;
    }

    private static QmpConnection open(Maker maker, Path path, Duration patience, Consumer<Event> listener) {
        MonitorSocket socket;
        try {
            socket = maker.make();
        } catch (IOException e) {
            throw new QmpException(Kind.GONE, "no socket can be made: " + e.getMessage(), e);
        }
        QmpConnection connection = new QmpConnection(socket, patience, listener);
        try {
            connection.greet(path);
            return connection;
        } catch (RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private void greet(Path path) {
        ScheduledFuture<?> deadline = deadline();
        try {
            socket.connect(path, patience);
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
        return execute(command, arguments, OptionalInt.empty());
    }

    /**
     * As the other one; an open file goes with the command, in a conversation that was opened for files.
     *
     * @param file its descriptor, which stays open here
     */
    public Object execute(String command, Map<String, ?> arguments, OptionalInt file) {
        ScheduledFuture<?> deadline = deadline();
        try {
            String id = "jxl-" + ++lastId;
            Map<String, Object> request = new LinkedHashMap<>();
            request.put("execute", command);
            if (!arguments.isEmpty()) {
                request.put("arguments", arguments);
            }
            request.put("id", id);
            socket.write(QmpJson.write(request), file);
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
            int count = socket.read(input);
            input.flip();
            if (count < 0) {
                if (late) {
                    throw tooLate(null);
                }
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

    /** At the deadline the socket is broken off under whoever waits on it. */
    private ScheduledFuture<?> deadline() {
        return DEADLINES.schedule(
                () -> {
                    late = true;
                    socket.breakOff();
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
        if (late || e instanceof ClosedChannelException || e instanceof SocketTimeoutException) {
            return tooLate(e);
        }
        return new QmpException(Kind.GONE, "the connection failed: " + e.getMessage(), e);
    }

    private QmpException tooLate(@Nullable IOException e) {
        return new QmpException(Kind.TIMED_OUT, "it did not answer within " + patience.toSeconds() + " s", e);
    }

    @Override
    public void close() {
        socket.close();
    }
}
