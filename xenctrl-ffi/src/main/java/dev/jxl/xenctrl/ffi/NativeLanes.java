package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.LibxcLog;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xenctrl.XenControlException.Closed;
import dev.jxl.xenctrl.XenControlException.WaitInterrupted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The platform threads on which native calls run: a blocked native call would hold a virtual thread's carrier. Fast
 * lanes for calls of microseconds, slow ones for building and destroying, so that these do not hold up the others.
 *
 * <p>A waiter that is interrupted leaves; the call under way goes on and owns its memory. A call not yet begun is taken
 * back.
 */
public final class NativeLanes implements AutoCloseable {
    /** Which queue. */
    public enum Speed {
        /** Microseconds to milliseconds. */
        FAST(2),
        /** Up to minutes. */
        SLOW(4);

        private final int threads;

        Speed(int threads) {
            this.threads = threads;
        }
    }

    private final Supplier<Lane> lanes;
    private final Supplier<String> operation;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Pool fast = new Pool(Speed.FAST);
    private final Pool slow = new Pool(Speed.SLOW);

    /**
     * Threads start as they are needed; each opens its lane itself.
     *
     * @param operation what a call is for, asked on the thread that makes it
     */
    NativeLanes(Supplier<Lane> lanes, Supplier<String> operation) {
        this.lanes = lanes;
        this.operation = operation;
    }

    /** Lanes with interfaces to Xen. */
    public static NativeLanes of(NativeLibraries libraries, AbiTable abi, LibxcLog log, int openFlags) {
        return new NativeLanes(() -> new Lane(libraries, abi, log, openFlags), log::operation);
    }

    /** Runs a short task and waits for it. */
    <T> T fast(CFunction function, int domid, XcTask<T> task) {
        return fast.perform(function, domid, task);
    }

    /** Runs a long task and waits for it. */
    <T> T slow(CFunction function, int domid, XcTask<T> task) {
        return slow.perform(function, domid, task);
    }

    /** Stops taking calls; those under way and waiting are finished. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            fast.end();
            slow.end();
        }
    }

    /** What waits in a queue. */
    private sealed interface Entry {}

    /** The thread that takes this ends. */
    private record End() implements Entry {}

    /** One task and its waiter. */
    private record Job<T>(
            CFunction function,
            int domid,
            String operation,
            XcTask<T> task,
            AtomicBoolean taken,
            CompletableFuture<T> answer)
            implements Entry {
        void run(Lane lane) {
            try {
                answer.complete(lane.run(function, domid, operation, task));
            } catch (Throwable t) {
                answer.completeExceptionally(t);
            }
        }
    }

    /** One queue and its threads. */
    private final class Pool {
        private final Speed speed;
        private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
        private final List<Thread> threads = new ArrayList<>();
        private final ThreadFactory factory;
        private int idle;

        Pool(Speed speed) {
            this.speed = speed;
            this.factory = Thread.ofPlatform()
                    .daemon()
                    .name("xen-" + speed.name().toLowerCase(Locale.ROOT) + "-", 1)
                    .factory();
        }

        <T> T perform(CFunction function, int domid, XcTask<T> task) {
            Job<T> job =
                    new Job<>(function, domid, operation.get(), task, new AtomicBoolean(), new CompletableFuture<>());
            submit(job);
            try {
                return job.answer().get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WaitInterrupted(function.symbol(), !job.taken().compareAndSet(false, true));
            } catch (ExecutionException e) {
                throw rethrow(e.getCause());
            }
        }

        private synchronized void submit(Job<?> job) {
            if (closed.get()) {
                throw new Closed(job.function().symbol());
            }
            queue.add(job);
            if (idle < queue.size() && threads.size() < speed.threads) {
                Thread thread = factory.newThread(this::work);
                threads.add(thread);
                thread.start();
            }
        }

        private void work() {
            Lane lane;
            try {
                lane = lanes.get();
            } catch (Throwable t) {
                abandon(t);
                return;
            }
            try (lane) {
                while (true) {
                    Job<?> job = next();
                    if (job == null) {
                        return;
                    }
                    if (job.taken().compareAndSet(false, true)) {
                        job.run(lane);
                    }
                }
            }
        }

        private @Nullable Job<?> next() {
            synchronized (this) {
                idle++;
            }
            try {
                Entry entry = queue.take();
                return entry instanceof Job<?> job ? job : null;
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts a lane", e);
            } finally {
                synchronized (this) {
                    idle--;
                }
            }
        }

        /** This thread got no lane: tell the waiters, unless other threads serve them. */
        private synchronized void abandon(Throwable reason) {
            threads.remove(Thread.currentThread());
            if (threads.isEmpty()) {
                List<Entry> waiting = new ArrayList<>();
                queue.drainTo(waiting);
                for (Entry entry : waiting) {
                    if (entry instanceof Job<?> job) {
                        job.answer().completeExceptionally(reason);
                    }
                }
            }
        }

        private synchronized void end() {
            for (int i = 0; i < threads.size(); i++) {
                queue.add(new End());
            }
        }
    }

    private static RuntimeException rethrow(@Nullable Throwable cause) {
        return switch (cause) {
            case XenControlException e -> {
                e.addSuppressed(new CallSite());
                yield e;
            }
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> throw new AssertionError(cause);
        };
    }

    /** Shows in a stack trace who waited: the exception itself was made on a lane. */
    private static final class CallSite extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CallSite() {
            super("called from here");
        }
    }
}
