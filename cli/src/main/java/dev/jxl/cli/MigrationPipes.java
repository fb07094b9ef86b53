package dev.jxl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Two pipes with names, by which jxld reads what a sender says and writes what it is answered. Whichever end of a way closes, the
 * other end is closed too; the death of this process closes all.
 */
final class MigrationPipes implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final Duration LAST_WORDS = Duration.ofSeconds(30);
    private static final Duration OPENING = Duration.ofMillis(20);

    private final Path folder;
    private final Path from;
    private final Path to;
    private final Thread answers =
            Thread.ofPlatform().daemon().name("jxl-answers").unstarted(this::answer);
    private OutputStream out = OutputStream.nullOutputStream();
    private volatile boolean opened;

    private MigrationPipes(Path folder) {
        this.folder = folder;
        this.from = folder.resolve("from");
        this.to = folder.resolve("to");
    }

    /**
     * Makes them, in a folder that only this user (and root) can enter.
     *
     * @throws CliException when mkfifo cannot
     */
    static MigrationPipes make() throws IOException {
        MigrationPipes pipes = new MigrationPipes(Files.createTempDirectory("jxl-migrate-"));
        // Ended by a signal, this process does not come to close(); where the signal is KILL, the pipes stay.
        Runtime.getRuntime().addShutdownHook(new Thread(pipes::remove, "jxl-pipes"));
        try {
            Process mkfifo = new ProcessBuilder("mkfifo", "-m", "600", pipes.from.toString(), pipes.to.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(mkfifo.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (mkfifo.onExit().join().exitValue() != 0) {
                throw new CliException(
                        ExitCodes.of("file-failed"), "no pipes could be made in " + pipes.folder + ": " + said);
            }
            return pipes;
        } catch (IOException | RuntimeException e) {
            pipes.remove();
            throw e;
        }
    }

    /** What jxld reads. */
    Path from() {
        return from;
    }

    /** What jxld writes. */
    Path to() {
        return to;
    }

    /** Begins to pass on. Opening a pipe takes until jxld opens its other end. */
    void pump(InputStream in, OutputStream out) {
        this.out = out;
        answers.start();
        Thread.ofPlatform().daemon().name("jxl-guest").start(() -> {
            try (OutputStream pipe = Files.newOutputStream(from, StandardOpenOption.WRITE)) {
                pass(in, pipe);
            } catch (IOException e) {
                // jxld reads no more, or the sender cannot be read any more: both see the end of it and say so.
            }
        });
    }

    private void answer() {
        try (InputStream pipe = Files.newInputStream(to)) {
            opened = true;
            pass(pipe, out);
        } catch (IOException e) {
            opened = true;
            // The sender has gone: jxld sees that its pipe is closed.
        }
    }

    private static void pass(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
    }

    /** Waits until what jxld has answered is passed on, and removes the pipes. */
    @Override
    public void close() throws IOException {
        try {
            while (!opened && !answers.join(OPENING)) {
                // A jxld that never opened it will not do so any more. Opened for both, it does not block, and frees
                // who waits.
                FileChannel.open(to, StandardOpenOption.READ, StandardOpenOption.WRITE)
                        .close();
            }
            boolean _ = answers.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            remove();
        }
    }

    /** Removes the names; whoever has opened the pipes still has them. */
    void remove() {
        try {
            Files.deleteIfExists(from);
            Files.deleteIfExists(to);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new CliException(ExitCodes.of("file-failed"), folder + " could not be removed: " + e.getMessage());
        }
    }
}
