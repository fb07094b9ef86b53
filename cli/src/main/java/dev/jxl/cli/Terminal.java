package dev.jxl.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Where a command was called.
 *
 * @param out what was asked for
 * @param err everything else: warnings, progress, errors
 * @param interactive whether somebody looks at it while it goes on
 * @param environment the environment's variables
 * @param caller who called
 */
record Terminal(
        PrintStream out, PrintStream err, BooleanSupplier interactive, Map<String, String> environment, Caller caller) {
    private static final int BUFFER = 8192;

    /** The process's own. Standard output is kept until the end, or until {@link #flush}: one write is faster than many. */
    static Terminal system() {
        return new Terminal(
                text(new FileOutputStream(FileDescriptor.out)),
                text(new FileOutputStream(FileDescriptor.err)),
                Terminal::errorsAreSeen,
                System.getenv(),
                new OwnProcess());
    }

    /** Text in UTF-8, kept until it is flushed. */
    static PrintStream text(OutputStream to) {
        return new PrintStream(new BufferedOutputStream(to, BUFFER), false, StandardCharsets.UTF_8);
    }

    /** Whether standard error, where progress is told, is a terminal: asked of the kernel, the JDK's Console is slow to load. */
    private static boolean errorsAreSeen() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** A path as the caller means it. */
    Path path(String path) {
        return caller.folder().resolve(path);
    }

    /** Prints a line of the answer. */
    void line(String text) {
        out.print(text);
        out.print('\n');
    }

    /** Prints a line beside the answer. */
    void note(String text) {
        err.print(text + "\n");
        err.flush();
    }

    void flush() {
        out.flush();
        err.flush();
    }
}
