package dev.jxl.xld.host.xen;

import dev.jxl.xld.host.xen.NamedPipes.Ends;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int BUFFER = 256 << 10;
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    /** As long as either side waits for the other's word. */
    private static final Duration STUCK = Duration.ofMinutes(3);

    private static final Duration LOOK = Duration.ofSeconds(5);

    private final SSLSocket socket;
    private final NamedPipes pipes;
    private volatile @Nullable IOException broken;
    /** When the write that is under way began, in ns; 0 when there is none. */
    private volatile long writing;

    private TlsPipes(SSLSocket socket, NamedPipes pipes) {
        this.socket = socket;
        this.pipes = pipes;
    }

    /**
     * A link over a connection on which hands were shaken.
     *
     * @param runtime where the pipes are made, for root only
     * @param bytesPerSecond how much is sent at most; 0: as much as goes
     */
    static PipeLink link(SSLSocket socket, Path runtime, long bytesPerSecond) throws IOException {
        NamedPipes pipes = NamedPipes.make(runtime);
        try {
            return new TlsPipes(socket, pipes).open(bytesPerSecond);
        } catch (IOException | RuntimeException e) {
            pipes.remove();
            throw e;
        }
    }

    private PipeLink open(long bytesPerSecond) throws IOException {
        Ends arriving = Ends.of(pipes.from());
        Ends leaving = Ends.of(pipes.to());
        InputStream network = socket.getInputStream();
        OutputStream networkOut = socket.getOutputStream();
        start("jxld-tls-in", () -> carry(network, arriving.writing(), 0, false));
        Thread sender = start("jxld-tls-out", () -> carry(leaving.reading(), networkOut, bytesPerSecond, true));
        start("jxld-tls-watch", () -> watch(sender));
        return new PipeLink(
                pipes.from().toString(),
                pipes.to().toString(),
                arriving.reading(),
                leaving.writing(),
                this::said,
                () -> {},
                () -> end(sender));
    }

    private static Thread start(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(work);
    }

    private void carry(InputStream source, OutputStream sink, long bytesPerSecond, boolean toNetwork) {
        byte[] buffer = new byte[BUFFER];
        long begun = System.nanoTime();
        long carried = 0;
        // The network's streams stay open: closing one would end the other way too.
        try (Closeable pipe = toNetwork ? ending(source, pipes.to()) : ending(sink, pipes.from())) {
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
            pipes.remove();
        }
    }
}
