package dev.jxl.cli;

import java.nio.file.Path;
import java.util.function.Supplier;

/** The shell that started this process: an interrupt is one of the process's signals, and the command's end is the process's. */
final class OwnProcess implements Caller {
    @Override
    public Path folder() {
        return Path.of("").toAbsolutePath();
    }

    @Override
    public void begin(Command command, Command.Call call) {
        // Everything can run here.
    }

    @Override
    public <T> T interruptible(Runnable atInterrupt, Supplier<T> work) {
        Thread interrupt = new Thread(
                () -> {
                    try {
                        atInterrupt.run();
                    } finally {
                        Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
                    }
                },
                "jxl-interrupt");
        Runtime.getRuntime().addShutdownHook(interrupt);
        try {
            return work.get();
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(interrupt);
            } catch (IllegalStateException e) {
                // The process is ending already: the hook says how, and with which code. This call waits for it.
                Runtime.getRuntime().exit(ExitCodes.INTERRUPTED);
            }
        }
    }
}
