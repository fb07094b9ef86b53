package dev.jxl.xld.host;

import java.nio.file.Path;

/** The ways to other hosts. */
public interface MigrationLinks {
    /**
     * Starts a command whose standard input and output lead to a receiver of guests.
     *
     * @param command one line for a shell, run as root
     */
    MigrationLink connect(String command);

    /**
     * Opens two named pipes whose other ends somebody holds who lets a sender speak.
     *
     * @param from what the sender says
     * @param to what it is answered
     */
    MigrationLink open(Path from, Path to);
}
