package dev.jxl.xld.engine.operation;

import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** One operation while jxld lives. Its view is replaced, never changed, so that readers need no lock. */
public final class OperationRun {
    private static final Duration SLICE = Duration.ofMillis(100);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch turn = new CountDownLatch(1);
    private final Operations operations;
    private final boolean unasked;
    private volatile OperationView view;
    private volatile boolean cancelRequested;
    private volatile boolean jxldEnds;
    private volatile String failedStep = "";

    OperationRun(Operations operations, OperationView view, boolean unasked) {
        this.operations = operations;
        this.view = view;
        this.unasked = unasked;
    }

    /** Whether jxl does it by itself: what a user asks for goes before it. */
    boolean unasked() {
        return unasked;
    }

    /** It has its domain now. */
    void turnCame() {
        turn.countDown();
    }

    /**
     * Waits until it has its domain; refused when a cancel was asked for.
     *
     * @return false when it did not get it in time
     */
    boolean awaitTurn(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        boolean came = false;
        while (!came && System.nanoTime() < end) {
            checkCancelled();
            came = await(turn, SLICE);
        }
        return came;
    }

    /** As it stands. */
    public OperationView view() {
        return view;
    }

    /** A step starts: shown, journalled, told as an event; refused when a cancel was asked for. */
    public void step(String words, int done) {
        checkCancelled();
        replace(v -> with(v, v.domid(), words, done));
        operations.progressed(view);
    }

    /** The last step starts, whose end cannot be seen in the host: a cancel comes too late, and a later jxld knows it. */
    public void last(String words, int done) {
        replace(v -> with(v, v.domid(), words, done));
        operations.reached(view);
    }

    /** As {@link #last}, where a later jxld sees in the host how far it came: nobody waits until it is written down. */
    public void lastSeenInHost(String words, int done) {
        replace(v -> with(v, v.domid(), words, done));
        operations.progressed(view);
    }

    /** The clean-up after a failure starts, after which nothing is done: as {@link #cleaning}, and a later jxld knows it. */
    public void retreat(String words) {
        failedStep = view.step();
        replace(v -> with(v, v.domid(), words, 0));
        operations.reached(view);
    }

    /** A part of a step starts: shown only. */
    public void phase(String words) {
        checkCancelled();
        replace(v -> with(v, v.domid(), words, v.stepsDone()));
    }

    /** As {@link #phase}, and a later jxld knows it. */
    public void mark(String words) {
        phase(words);
        operations.reached(view);
    }

    /** The step that failed: the one before the clean-up, where there was one. */
    String failedStep() {
        return failedStep.isEmpty() ? view.step() : failedStep;
    }

    /** The clean-up after a failure starts: shown, and not to be cancelled. */
    public void cleaning(String words) {
        failedStep = view.step();
        replace(v -> with(v, v.domid(), words, v.stepsDone()));
        operations.progressed(view);
    }

    /** The domain has a number now. */
    public void domid(int domid) {
        replace(v -> with(v, Optional.of(domid), v.step(), v.stepsDone()));
        operations.progressed(view);
    }

    /** Throws when a cancel was asked for: called between steps and in every wait. */
    public void checkCancelled() {
        if (cancelRequested) {
            throw new ToolstackException.OperationCancelled(view.step());
        }
    }

    /** Asks it to end at the next point at which it can. */
    public void requestCancel() {
        cancelRequested = true;
    }

    /** The same because jxld ends, not because anybody does not want it any more. */
    void endWithJxld() {
        jxldEnds = true;
        cancelRequested = true;
    }

    /** Whether it is cancelled only because jxld ends. */
    public boolean endsWithJxld() {
        return jxldEnds;
    }

    void end(OperationView last) {
        view = last;
        ended.countDown();
    }

    /** Waits until it has ended, at most so long; gives where it stands. */
    public OperationView await(Duration timeout) {
        boolean _ = await(ended, timeout);
        return view;
    }

    private static boolean await(CountDownLatch latch, Duration timeout) {
        try {
            return latch.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized void replace(UnaryOperator<OperationView> change) {
        view = change.apply(view);
    }

    private static OperationView with(OperationView v, Optional<Integer> domid, String step, int done) {
        return new OperationView(
                v.id(),
                v.kind(),
                v.domainName(),
                v.domainUuid(),
                domid,
                v.status(),
                step,
                done,
                v.stepsTotal(),
                v.started(),
                v.ended(),
                v.warnings(),
                v.failure());
    }
}
