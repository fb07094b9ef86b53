package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.host.MigrationLinks;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** {@link MigrationLinks} by a shell's command, by named pipes, and by TLS. */
final class XenMigrationLinks implements MigrationLinks {
    private static final System.Logger LOG = System.getLogger(XenMigrationLinks.class.getName());
    private static final long OPENING_SECONDS = 30;
    private static final long END_SECONDS = 5;
    private static final long ASKED_SECONDS = 3;

    private final KernelLane lane;
    private final PeerSettings settings;
    private final TlsPort tls;

    XenMigrationLinks(KernelLane lane, PeerSettings settings) {
        this.lane = lane;
        this.settings = settings;
        NamedPipes.sweep(settings.runtime());
        this.tls = new TlsPort(settings.certificates(), settings.runtime());
    }

    @Override
    public MigrationLink connect(String command) {
        return lane.call(() -> {
            try {
                // The shell is replaced, so that the process of the pipes is the command's.
                Process process = new ProcessBuilder("/bin/sh", "-c", command)
                        .directory(Path.of("/").toFile())
                        .start();
                LastLines said = LastLines.of(process.getErrorStream(), "jxld-link-log");
                String fds = "/proc/" + process.pid() + "/fd/";
                return new PipeLink(
                        fds + 1,
                        fds + 0,
                        process.getInputStream(),
                        process.getOutputStream(),
                        () -> saidInTheEnd(process, said),
                        () -> end(process),
                        () -> {});
            } catch (IOException e) {
                throw new MigrationFailed("'" + command + "' cannot be started: " + e.getMessage(), e);
            }
        });
    }

    /** A command that has ended has said why just before. */
    private static String saidInTheEnd(Process process, LastLines said) {
        try {
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                return " (the command ended with status " + process.exitValue() + ")" + said.said();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return said.said();
    }

    /** Asked first: a receiver of this host takes its pipes away. */
    private static void end(Process process) {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroy);
        try {
            boolean _ = process.waitFor(ASKED_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public Loopback loopback() {
        return lane.call(() -> {
            try {
                return NamedPipes.loopback(settings.runtime());
            } catch (IOException e) {
                throw GuestFiles.failed("making pipes in", settings.runtime(), e);
            }
        });
    }

    @Override
    public MigrationLink call(Peer peer) {
        return tls.call(peer);
    }

    @Override
    public void onCall(Answering answering) {
        settings.listen().ifPresent(where -> {
            int port = tls.listen(where.address(), where.port(), answering);
            LOG.log(System.Logger.Level.INFO, "jxld listens for the jxld of other hosts on port " + port);
        });
    }

    /** Nobody calls any more. */
    void close() {
        tls.close();
    }

    @Override
    public MigrationLink open(Path from, Path to) {
        FileChannel in = open(from, StandardOpenOption.READ);
        try {
            FileChannel out = open(to, StandardOpenOption.WRITE);
            return new PipeLink(
                    from.toString(),
                    to.toString(),
                    Channels.newInputStream(in),
                    Channels.newOutputStream(out),
                    () -> "",
                    () -> {},
                    () -> {});
        } catch (MigrationFailed e) {
            closeQuietly(in, e);
            throw e;
        }
    }

    private static void closeQuietly(FileChannel channel, MigrationFailed because) {
        try {
            channel.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /** Opening a pipe takes until somebody has its other end; who asked may have gone. */
    private static FileChannel open(Path pipe, OpenOption how) {
        try {
            Object mode = Files.getAttribute(pipe, "unix:mode");
            if (!pipe.isAbsolute() || !(mode instanceof Integer bits) || (bits & 0xf000) != 0x1000) {
                throw new MigrationFailed(pipe + " is no named pipe with a whole path", null);
            }
        } catch (IOException e) {
            throw GuestFiles.failed("looking at", pipe, e);
        }
        CompletableFuture<FileChannel> opened = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("jxld-link-open").start(() -> {
            try {
                opened.complete(FileChannel.open(pipe, Set.of(how)));
            } catch (IOException e) {
                opened.completeExceptionally(e);
            }
        });
        try {
            return opened.get(OPENING_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            release(pipe, opened);
            throw new MigrationFailed("nobody has the other end of " + pipe, e);
        } catch (ExecutionException e) {
            throw new MigrationFailed("opening " + pipe + " failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            release(pipe, opened);
            throw new MigrationFailed("interrupted while " + pipe + " was opened", e);
        }
    }

    /** Lets the thread that still opens it go. */
    private static void release(Path pipe, CompletableFuture<FileChannel> opened) {
        try (FileChannel both = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            opened.get(1, TimeUnit.SECONDS).close();
            assert both.isOpen();
        } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
            LOG.log(System.Logger.Level.WARNING, pipe + " is still being opened", e);
        }
    }
}
