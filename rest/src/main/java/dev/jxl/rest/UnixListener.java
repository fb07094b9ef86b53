package dev.jxl.rest;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;

/** The one place that knows how Helidon is made to listen on a Unix socket. */
final class UnixListener {
    private static final System.Logger LOG = System.getLogger(UnixListener.class.getName());
    private static final String GROUP = "jxl";
    private static final int BACKLOG = 1024;

    private UnixListener() {}

    /** Listens on the socket: 0660, of group jxl where there is one. The folder keeps out everybody else before that. */
    static WebServer serve(Path socket, HttpRouting.Builder routing) {
        removeStale(socket);
        PeerCredentials peers = new PeerCredentials();
        WebServer server = WebServer.builder()
                .bindAddress(UnixDomainSocketAddress.of(socket))
                .backlog(BACKLOG)
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofSeconds(2))
                .protocolsDiscoverServices(false)
                .connectionOptions(peers)
                .addConnectionSelector(peers.selector(Http1ConnectionSelector.builder()
                        .config(Http1Config.create())
                        .build()))
                .routing(routing)
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "cannot listen on " + socket + ": " + reason(e) + "; --socket=PATH names another place", e);
        }
        restrict(socket);
        return server;
    }

    private static String reason(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return String.valueOf(last.getMessage());
    }

    private static void removeStale(Path socket) {
        if (!Files.exists(socket)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException nobodyListens) {
            LOG.log(System.Logger.Level.DEBUG, "nobody listens on {0}: {1}", socket, nobodyListens.getMessage());
            delete(socket);
            return;
        }
        throw new IllegalStateException("another jxld serves on " + socket + ": stop it, or give --socket=PATH");
    }

    private static void delete(Path socket) {
        try {
            if (Files.isRegularFile(socket) || Files.isDirectory(socket)) {
                throw new IllegalStateException(socket + " is not a socket: it is left alone; give --socket=PATH");
            }
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new IllegalStateException("cannot remove the stale socket " + socket + ": " + e.getMessage(), e);
        }
    }

    private static void restrict(Path socket) {
        try {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
            GroupPrincipal group =
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(GROUP);
            Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(group);
        } catch (UserPrincipalNotFoundException e) {
            LOG.log(System.Logger.Level.DEBUG, "no group {0}: {1} stays with its owner", GROUP, socket);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "access to {0} could not be restricted: {1}", socket, e.toString());
        }
    }
}
