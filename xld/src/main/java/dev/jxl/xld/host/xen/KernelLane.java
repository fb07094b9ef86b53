package dev.jxl.xld.host.xen;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Platform threads on which dom0's kernel is asked. A virtual thread would hold its carrier while the kernel thinks; a
 * task is handed over instead, and is finished even when whoever waits for it gives up.
 */
final class KernelLane implements AutoCloseable {
    private static final int THREADS = 4;
    private final ExecutorService threads;

    private KernelLane(ExecutorService threads) {
        this.threads = threads;
    }

    /** A few threads, for what the kernel answers soon. */
    KernelLane() {
        this(Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().daemon().name("jxl-kernel-", 0).factory()));
    }

    /** A thread for each task, for what takes as long as somebody else likes. */
    static KernelLane ofOwnThreads() {
        return new KernelLane(Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("jxl-patient-", 0).factory()));
    }

    /**
     * Runs a task and waits for it.
     *
     * @throws CancellationException when the waiting thread was interrupted; the task goes on
     */
    <T> T call(Supplier<T> task) {
        Future<T> answer = threads.submit(task::get);
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted while dom0's kernel was asked");
            cancelled.initCause(e);
            throw cancelled;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                // Thrown here too, so that the trace shows who asked.
                failure.addSuppressed(new Exception("asked from here"));
                throw failure;
            }
            throw new AssertionError(e.getCause());
        }
    }

    /** Runs a task and waits for it. */
    void run(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
