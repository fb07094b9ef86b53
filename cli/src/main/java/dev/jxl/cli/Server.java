package dev.jxl.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;

/**
 * Runs commands for {@code jxl}'s front, a small program in C, so that a command does not wait for a JVM to start. Only fronts of its own
 * user and its own build, which see the same files, are served; whatever it does not serve, the front runs in a JVM of its own, as it
 * does where nobody listens. Each command has a thread.
 */
public final class Server {
    private static final int MOST_AT_ONCE = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ServerSocketChannel listening;
    private final UserPrincipal owner;
    private final String build;
    private final String files;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);

    private Server(ServerSocketChannel listening, Path socket, String build) throws IOException {
        this.listening = listening;
        this.owner = Files.getOwner(socket);
        this.build = build;
        this.files = files();
    }

    /** Which files this process sees, as a front says it of its caller: its mount namespace, and its root there. */
    static String files() throws IOException {
        Map<String, Object> root = Files.readAttributes(Path.of("/"), "unix:dev,ino");
        return Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")) + " " + root.get("dev") + ":" + root.get("ino");
    }

    /**
     * Listens and serves until the process is ended.
     *
     * @param args the socket's path
     */
    public static void main(String[] args) throws IOException {
        Main.prepare();
        Path socket = Path.of(args[0]);
        Files.deleteIfExists(socketOrNothing(socket));
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            new Server(listening, socket, System.getProperty("jxl.build", "dev")).listen();
        }
    }

    private static Path socketOrNothing(Path socket) throws IOException {
        if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)
                && !Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther()) {
            throw new IOException(socket + " is no socket, and stays as it is: name another one");
        }
        return socket;
    }

    private void listen() throws IOException {
        while (true) {
            SocketChannel front = listening.accept();
            boolean served = free.tryAcquire();
            Thread.ofPlatform().daemon().name("jxl-command").start(() -> answer(front, served));
        }
    }

    private void answer(SocketChannel front, boolean served) {
        try (front) {
            if (served
                    && front.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner)) {
                FrontRequest request = FrontRequest.read(front, PATIENCE);
                if (request.build().equals(build) && request.files().equals(files)) {
                    new Front(front, request).serve();
                    return;
                }
            }
            Front.decline(front);
        } catch (IOException e) {
            // It sees the connection's end, and runs its command itself; or it has gone.
        } finally {
            if (served) {
                free.release();
            }
        }
    }
}
