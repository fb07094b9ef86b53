package dev.jxl.cli;

import java.nio.file.Path;
import java.util.function.Supplier;

/** Who called a command: a shell, which started this process for it, or {@code jxl}'s front, which asked {@link Server}. */
interface Caller {
    /** Where relative paths begin; absolute. */
    Path folder();

    /**
     * Told before a command does anything, and before it says anything.
     *
     * @throws Declined when the command is to run in a process that the caller starts for it
     */
    void begin(Command command, Command.Call call) throws Declined;

    /**
     * Does work that an interrupt does not simply end.
     *
     * @param atInterrupt is done then, by another thread, while the work goes on; with its end the command ends as interrupted, whatever
     *     the work comes to meanwhile. It throws nothing
     */
    <T> T interruptible(Runnable atInterrupt, Supplier<T> work);

    /** A command that cannot run here; it has not begun. */
    final class Declined extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Declined() {
            super("this command needs a process of its caller's own", null, false, false);
        }
    }
}
