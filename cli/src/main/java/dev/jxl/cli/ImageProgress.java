package dev.jxl.cli;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Tells on a terminal how far a long file has been read, in one line that is taken away at the end. */
final class ImageProgress implements LongConsumer {
    private static final long MIB = 1L << 20;
    private static final int ALL = 100;
    private static final long BETWEEN = TimeUnit.MILLISECONDS.toNanos(500);
    private static final String CLEAR = "\r\u001b[K";

    private final Terminal terminal;
    private final OptionalLong size;
    private final boolean shown;
    private long last = System.nanoTime();
    private boolean told;

    ImageProgress(Terminal terminal, OptionalLong size) {
        this.terminal = terminal;
        this.size = size;
        shown = terminal.interactive().getAsBoolean();
    }

    @Override
    public void accept(long done) {
        if (!shown || System.nanoTime() - last < BETWEEN) {
            return;
        }
        last = System.nanoTime();
        told = true;
        String whole = size.isPresent() && size.getAsLong() > 0
                ? " of " + size.getAsLong() / MIB + " MiB, " + ALL * done / size.getAsLong() + " %"
                : " MiB";
        terminal.err().print(CLEAR + done / MIB + whole);
        terminal.err().flush();
    }

    void end() {
        if (told) {
            terminal.err().print(CLEAR);
            terminal.err().flush();
        }
    }
}
