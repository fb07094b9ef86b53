package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import java.io.Closeable;
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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A TLS connection as two pipes of the kernel, which the process of a guest's stream can open: libxenguest reads and writes nothing else.
 * Two threads of jxld carry the bytes between.
 */
final class TlsPipes {
    private static final System.Logger LOG = System.getLogger(TlsPipes.class.getName());
    private static final String PREFIX = "link-";
    private static final int BUFFER = 256 << 10;
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    /** As long as either side waits for the other's word. */
    private static final Duration STUCK = Duration.ofMinutes(3);

    private static final Duration LOOK = Duration.ofSeconds(5);

    private final SSLSocket socket;
    private final Path folder;
    private final Path from;
    private final Path to;
    private volatile @Nullable IOException broken;
    /** When the write that is under way began, in ns; 0 when there is none. */
    private volatile long writing;

    private TlsPipes(SSLSocket socket, Path folder) {
        this.socket = socket;
        this.folder = folder;
        this.from = folder.resolve("from");
        this.to = folder.resolve("to");
    }

    /**
     * A link over a connection on which hands were shaken.
     *
     * @param runtime where the pipes are made, for root only
     * @param bytesPerSecond how much is sent at most; 0: as much as goes
     */
    static PipeLink link(SSLSocket socket, Path runtime, long bytesPerSecond) throws IOException {
        TlsPipes pipes = new TlsPipes(socket, Files.createTempDirectory(runtime, PREFIX));
        try {
            return pipes.open(bytesPerSecond);
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
            for (Path folder : left) {
                Files.deleteIfExists(folder.resolve("from"));
                Files.deleteIfExists(folder.resolve("to"));
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "pipes of an earlier jxld stay: " + e.getMessage());
        }
    }

    private PipeLink open(long bytesPerSecond) throws IOException {
        make();
        // Open for both, a pipe opens at once, and so do its ends then.
        try (FileChannel both = FileChannel.open(from, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel bothBack = FileChannel.open(to, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            InputStream in = Channels.newInputStream(FileChannel.open(from, StandardOpenOption.READ));
            OutputStream arriving = Channels.newOutputStream(FileChannel.open(from, StandardOpenOption.WRITE));
            OutputStream out = Channels.newOutputStream(FileChannel.open(to, StandardOpenOption.WRITE));
            InputStream leaving = Channels.newInputStream(FileChannel.open(to, StandardOpenOption.READ));
            assert both.isOpen() && bothBack.isOpen();
            InputStream network = socket.getInputStream();
            OutputStream networkOut = socket.getOutputStream();
            start("jxld-tls-in", () -> carry(network, arriving, 0, false));
            Thread sender = start("jxld-tls-out", () -> carry(leaving, networkOut, bytesPerSecond, true));
            start("jxld-tls-watch", () -> watch(sender));
            return new PipeLink(from.toString(), to.toString(), in, out, this::said, () -> {}, () -> end(sender));
        }
    }

    private void make() throws IOException {
        Process mkfifo = new ProcessBuilder("mkfifo", "-m", "600", from.toString(), to.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(mkfifo.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (mkfifo.onExit().join().exitValue() != 0) {
            throw new MigrationFailed("no pipes could be made in " + folder + ": " + said, null);
        }
    }

    private static Thread start(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(work);
    }

    private void carry(InputStream source, OutputStream sink, long bytesPerSecond, boolean toNetwork) {
        byte[] buffer = new byte[BUFFER];
        long begun = System.nanoTime();
        long carried = 0;
        // The network's streams stay open: closing one would end the other way too.
        try (Closeable pipe = toNetwork ? ending(source, to) : ending(sink, from)) {
            assert pipe != null;
            for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
                if (toNetwork) {
                    writing = System.nanoTime();
                }
                sink.write(buffer, 0, read);
                writing = toNetwork ? 0 : writing;
                carried += read;
                if (bytesPerSecond > 0) {
                    long due = begun + (long) (carried * 1e9 / bytesPerSecond);
                    // What was not sent while there was nothing to send is not sent faster later.
                    begun += Math.max(0, System.nanoTime() - due);
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            if (toNetwork) {
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            broken = broken == null ? e : broken;
        } finally {
            writing = 0;
        }
    }

    /** Nobody opens it any more: without somebody at its other end that would take for ever. */
    private static Closeable ending(Closeable stream, Path pipe) {
        return () -> {
            Files.deleteIfExists(pipe);
            stream.close();
        };
    }

    /** A network that takes nothing more without saying so ends the link too. */
    private void watch(Thread sender) {
        try {
            while (!sender.join(LOOK)) {
                long since = writing;
                if (since != 0 && System.nanoTime() - since > STUCK.toNanos()) {
                    broken = new IOException("nothing could be sent for " + STUCK.toSeconds() + " s");
                    TlsPort.closeQuietly(socket);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String said() {
        return Optional.ofNullable(broken).map(e -> " (" + e.getMessage() + ")").orElse("");
    }

    /** What was said last still goes. */
    private void end(Thread sender) {
        try {
            boolean _ = sender.join(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            TlsPort.closeQuietly(socket);
            remove();
        }
    }

    private void remove() {
        try {
            Files.deleteIfExists(from);
            Files.deleteIfExists(to);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the pipes in " + folder + " stay until jxld starts again: " + e);
        }
    }
}
