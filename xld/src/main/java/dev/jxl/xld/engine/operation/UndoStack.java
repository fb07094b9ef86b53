package dev.jxl.xld.engine.operation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** What was changed in parts, to be put back when a later part fails. */
public final class UndoStack {
    private static final System.Logger LOG = System.getLogger(UndoStack.class.getName());

    private final Deque<Runnable> parts = new ArrayDeque<>();

    /** Does a part; with how to put it back, also when it fails halfway. */
    public void perform(Runnable part, Runnable putBack) {
        parts.push(putBack);
        part.run();
    }

    /**
     * Does all parts; when one fails, puts back those before it and itself, the last one first.
     *
     * @throws RuntimeException the failure; those of putting back are logged, and told with it
     */
    public static void orPutBack(Consumer<UndoStack> body) {
        UndoStack stack = new UndoStack();
        try {
            body.accept(stack);
        } catch (RuntimeException failure) {
            stack.putBack(failure);
            throw failure;
        }
    }

    private void putBack(RuntimeException failure) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "a part of what failed could not be put back", e);
                failure.addSuppressed(e);
            }
        }
    }
}
