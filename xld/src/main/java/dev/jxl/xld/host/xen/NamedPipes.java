package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLinks.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Two pipes of the kernel with names, so that the process of a guest's stream can open them too.
 *
 * @param folder theirs, for root only
 */
record NamedPipes(Path folder) {
    private static final System.Logger LOG = System.getLogger(NamedPipes.class.getName());
    private static final String PREFIX = "link-";

    /**
     * Makes them.
     *
     * @param runtime where their folder is made
     * @throws MigrationFailed when mkfifo cannot
     */
    static NamedPipes make(Path runtime) throws IOException {
        NamedPipes pipes = new NamedPipes(Files.createTempDirectory(runtime, PREFIX));
        try {
            Process mkfifo = new ProcessBuilder(
                            "mkfifo",
                            "-m",
                            "600",
                            pipes.from().toString(),
                            pipes.to().toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(mkfifo.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (mkfifo.onExit().join().exitValue() != 0) {
                throw new MigrationFailed("no pipes could be made in " + pipes.folder + ": " + said, null);
            }
            return pipes;
        } catch (IOException | RuntimeException e) {
            pipes.remove();
            throw e;
        }
    }

    /** Removes the pipes of an earlier jxld. */
    static void sweep(Path runtime) {
        if (!Files.isDirectory(runtime)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(runtime, PREFIX + "*")) {
            left.forEach(folder -> new NamedPipes(folder).remove());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "pipes of an earlier jxld stay: " + e.getMessage());
        }
    }

    /** Both ends of one link: what a sender says goes by {@link #from}, what it is answered by {@link #to}. */
    static Loopback loopback(Path runtime) throws IOException {
        NamedPipes pipes = make(runtime);
        try {
            Ends there = Ends.of(pipes.from());
            Ends back = Ends.of(pipes.to());
            String from = pipes.from().toString();
            String to = pipes.to().toString();
            return new Loopback(
                    new PipeLink(to, from, back.reading(), there.writing(), () -> "", () -> {}, pipes::remove),
                    new PipeLink(from, to, there.reading(), back.writing(), () -> "", () -> {}, pipes::remove));
        } catch (IOException | RuntimeException e) {
            pipes.remove();
            throw e;
        }
    }

    Path from() {
        return folder.resolve("from");
    }

    Path to() {
        return folder.resolve("to");
    }

    /** Both ends of a pipe. */
    record Ends(InputStream reading, OutputStream writing) {
        static Ends of(Path pipe) throws IOException {
            // Open for both, a pipe opens at once, and so do its ends then.
            try (FileChannel both = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                assert both.isOpen();
                FileChannel reading = FileChannel.open(pipe, StandardOpenOption.READ);
                FileChannel writing = FileChannel.open(pipe, StandardOpenOption.WRITE);
                return new Ends(Channels.newInputStream(reading), Channels.newOutputStream(writing));
            }
        }
    }

    /** Removes the names; whoever has opened the pipes still has them. Idempotent. */
    void remove() {
        try {
            Files.deleteIfExists(from());
            Files.deleteIfExists(to());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the pipes in " + folder + " stay until jxld starts again: " + e);
        }
    }
}
