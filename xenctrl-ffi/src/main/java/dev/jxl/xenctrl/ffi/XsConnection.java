package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.XenControlException.Closed;
import dev.jxl.xenctrl.XenControlException.StoreCallFailed;
import dev.jxl.xenctrl.XenControlException.WaitInterrupted;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * One xs_handle with two platform threads: one makes the requests (the handle takes only one at a time anyway), one
 * waits for watch events. The handle is closed by the first, after the second has ended.
 */
public final class XsConnection implements AutoCloseable {
    private static final int POLLFD_BYTES = 8;
    private static final short POLLIN = 1;
    private static final int POLL_MILLIS = 200;
    private static final int TEXT_LIMIT = 4096;

    private final NativeLibraries libraries = new NativeLibraries(0);
    private final ExecutorService requests = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("xenstore").factory());
    private final AtomicBoolean closing = new AtomicBoolean();
    private final MemorySegment handle;
    private final Thread events;

    /** What one request does. */
    @FunctionalInterface
    public interface Request<T> {
        /** On the thread of requests. */
        T run(Xs xs) throws Throwable;
    }

    /** What a request has at hand. */
    public final class Xs {
        private final Arena arena;
        private final MemorySegment capture;
        private final StoreFunction function;
        private final String object;

        private Xs(Arena arena, StoreFunction function, String object) {
            this.arena = arena;
            this.capture = arena.allocate(NativeLibraries.CAPTURE);
            this.function = function;
            this.object = object;
        }

        /** Memory of this request. */
        public Arena arena() {
            return arena;
        }

        /** First argument of every call. */
        public MemorySegment capture() {
            return capture;
        }

        /** The xs_handle. */
        public MemorySegment xsh() {
            return handle;
        }

        /** The function the request is named after. */
        public MethodHandle handle() {
            return libraries.handle(function);
        }

        /** A C string. */
        public MemorySegment text(String text) {
            return arena.allocateFrom(text, StandardCharsets.UTF_8);
        }

        /** Throws for false. */
        public boolean check(boolean done) {
            if (!done) {
                throw failure();
            }
            return true;
        }

        /** Throws for NULL. */
        public MemorySegment check(MemorySegment pointer) {
            if (pointer.equals(MemorySegment.NULL)) {
                throw failure();
            }
            return pointer;
        }

        /** errno of the last call. */
        public int errno() {
            return NativeLibraries.errno(capture);
        }

        /** errno of the last call as an exception. */
        public StoreCallFailed failure() {
            return new StoreCallFailed(function.symbol(), object, errno());
        }

        /** Memory that C allocated for us, known to have this many bytes. */
        public MemorySegment sized(MemorySegment pointer, long bytes) {
            return Restricted.sized(pointer, bytes);
        }

        /** The string behind a pointer. */
        public String text(MemorySegment pointer) {
            return NativeLibraries.text(pointer, TEXT_LIMIT);
        }

        /** Gives memory back that C allocated for us. */
        public void free(MemorySegment pointer) throws Throwable {
            libraries.handle(LibcFunction.FREE).invokeExact(capture, pointer);
        }
    }

    /**
     * Connects.
     *
     * @param watcher takes path and token of each event; on the thread of events
     */
    public XsConnection(BiConsumer<String, String> watcher) {
        MemorySegment opened = MemorySegment.NULL;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = arena.allocate(NativeLibraries.CAPTURE);
            opened = (MemorySegment) libraries.handle(StoreFunction.OPEN).invokeExact(capture, 0L);
            if (opened.equals(MemorySegment.NULL)) {
                throw new StoreCallFailed(StoreFunction.OPEN.symbol(), "xenstored", NativeLibraries.errno(capture));
            }
        } catch (Throwable t) {
            requests.shutdown();
            throw unchecked(t);
        }
        handle = opened;
        events = Thread.ofPlatform().daemon().name("xenstore-events").start(() -> follow(watcher));
    }

    /** Runs one request and waits for it. */
    public <T> T perform(StoreFunction function, String object, Request<T> request) {
        AtomicBoolean begun = new AtomicBoolean();
        try {
            return requests.submit(() -> {
                        if (!begun.compareAndSet(false, true)) {
                            throw new WaitInterrupted(function.symbol(), false);
                        }
                        return run(function, object, request);
                    })
                    .get();
        } catch (RejectedExecutionException e) {
            throw new Closed(function.symbol());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaitInterrupted(function.symbol(), !begun.compareAndSet(false, true));
        } catch (ExecutionException e) {
            throw unchecked(e.getCause() == null ? e : e.getCause());
        }
    }

    private <T> T run(StoreFunction function, String object, Request<T> request) {
        try (Arena arena = Arena.ofConfined()) {
            return request.run(new Xs(arena, function, object));
        } catch (Throwable t) {
            throw unchecked(t);
        }
    }

    private void follow(BiConsumer<String, String> watcher) {
        try (Arena arena = Arena.ofConfined()) {
            Xs xs = new Xs(arena, StoreFunction.CHECK_WATCH, "");
            MemorySegment poll = arena.allocate(POLLFD_BYTES, Integer.BYTES);
            int fd = (int) libraries.handle(StoreFunction.FILENO).invokeExact(xs.capture(), handle);
            poll.set(ValueLayout.JAVA_INT, 0, fd);
            poll.set(ValueLayout.JAVA_SHORT, Integer.BYTES, POLLIN);
            while (!closing.get()) {
                int ready = (int) libraries.handle(LibcFunction.POLL).invokeExact(xs.capture(), poll, 1L, POLL_MILLIS);
                while (ready > 0 && !closing.get()) {
                    MemorySegment event = (MemorySegment) xs.handle().invokeExact(xs.capture(), handle);
                    if (event.equals(MemorySegment.NULL)) {
                        // Anything but "none left" means that the connection is lost: requests will say so.
                        if (xs.errno() != Errno.EAGAIN && xs.errno() != 0) {
                            return;
                        }
                        break;
                    }
                    MemorySegment pair = Restricted.sized(event, 2L * Long.BYTES);
                    String path = xs.text(pair.get(ValueLayout.ADDRESS, 0));
                    String token = xs.text(pair.get(ValueLayout.ADDRESS, Long.BYTES));
                    xs.free(event);
                    tell(watcher, path, token);
                }
            }
        } catch (Throwable t) {
            throw unchecked(t);
        }
    }

    /** A watcher that fails must not cost the others their events. */
    private static void tell(BiConsumer<String, String> watcher, String path, String token) {
        try {
            watcher.accept(path, token);
        } catch (RuntimeException e) {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, e);
        }
    }

    /** Ends the connection; idempotent. xenstored then ends its transactions and watches. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        requests.execute(() -> {
            try (Arena arena = Arena.ofConfined()) {
                events.join();
                libraries.handle(StoreFunction.CLOSE).invokeExact(arena.allocate(NativeLibraries.CAPTURE), handle);
            } catch (Throwable t) {
                throw unchecked(t);
            }
        });
        requests.shutdown();
    }

    private static RuntimeException unchecked(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> throw new AssertionError(t);
        };
    }
}
