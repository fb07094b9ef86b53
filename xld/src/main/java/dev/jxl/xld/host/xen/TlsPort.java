package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.HostUnavailable;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.host.MigrationLinks.Answering;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Calls to the jxld of other hosts and from them: TLS 1.3, where both show a certificate. For platform threads. */
final class TlsPort implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TlsPort.class.getName());
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final int CONNECT_MILLIS = 10_000;
    private static final int HANDSHAKE_MILLIS = 10_000;
    private static final int MOST_CALLERS = 32;

    private final Path certificates;
    private final Path runtime;
    private final Semaphore callers = new Semaphore(MOST_CALLERS);
    private @Nullable ServerSocket server;

    /**
     * Not listening yet.
     *
     * @param certificates the folder of {@link TlsIdentity}
     * @param runtime where pipes are made
     */
    TlsPort(Path certificates, Path runtime) {
        this.certificates = certificates;
        this.runtime = runtime;
    }

    /** Calls. */
    MigrationLink call(Peer peer) {
        TlsIdentity identity = TlsIdentity.read(certificates);
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(InetAddress.getByName(peer.host()), peer.port()), CONNECT_MILLIS);
            SSLSocket socket = (SSLSocket)
                    identity.context().getSocketFactory().createSocket(plain, peer.host(), peer.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(PROTOCOLS);
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            shakeHands(socket);
            return TlsPipes.link(socket, runtime, peer.bytesPerSecond());
        } catch (UnknownHostException e) {
            throw failed(plain, peer, "cannot be reached: its name is not known", e);
        } catch (SSLException e) {
            throw failed(plain, peer, "does not prove who it is, or does not believe this host: " + e.getMessage(), e);
        } catch (IOException e) {
            throw failed(plain, peer, "cannot be reached: " + e.getMessage(), e);
        } catch (UncheckedIOException | ToolstackException e) {
            closeQuietly(plain);
            throw e;
        }
    }

    private static MigrationFailed failed(Socket socket, Peer peer, String why, IOException cause) {
        closeQuietly(socket);
        return new MigrationFailed(peer.address() + " " + why, cause);
    }

    private static void shakeHands(SSLSocket socket) throws IOException {
        socket.setSoTimeout(HANDSHAKE_MILLIS);
        socket.setKeepAlive(true);
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        socket.setSoTimeout(0);
    }

    /**
     * Lets others call, from now on.
     *
     * @return the port
     * @throws HostUnavailable when it cannot be listened there
     */
    synchronized int listen(Optional<String> address, int port, Answering answering) {
        // Told at start, not when somebody calls.
        TlsIdentity _ = TlsIdentity.read(certificates);
        try {
            ServerSocket open = new ServerSocket();
            open.setReuseAddress(true);
            open.bind(
                    address.isPresent()
                            ? new InetSocketAddress(InetAddress.getByName(address.get()), port)
                            : new InetSocketAddress(port));
            server = open;
            Thread.ofPlatform().daemon().name("jxld-callers").start(() -> accept(open, answering));
            return open.getLocalPort();
        } catch (IOException e) {
            throw new HostUnavailable(
                    "jxld cannot listen for other hosts on "
                            + address.map(a -> a + ":").orElse("port ") + port + ": " + e.getMessage(),
                    e);
        }
    }

    private void accept(ServerSocket open, Answering answering) {
        while (!open.isClosed()) {
            try {
                Socket plain = open.accept();
                if (!callers.tryAcquire()) {
                    plain.close();
                    continue;
                }
                Thread.ofPlatform().daemon().name("jxld-caller").start(() -> {
                    try {
                        answer(plain, answering);
                    } finally {
                        callers.release();
                    }
                });
            } catch (IOException e) {
                if (!open.isClosed()) {
                    LOG.log(System.Logger.Level.WARNING, "a call was lost: " + e.getMessage());
                }
            }
        }
    }

    private void answer(Socket plain, Answering answering) {
        try {
            TlsIdentity identity = TlsIdentity.read(certificates);
            SSLSocket socket = (SSLSocket) identity.context().getSocketFactory().createSocket(plain, null, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(PROTOCOLS);
            parameters.setNeedClientAuth(true);
            socket.setSSLParameters(parameters);
            shakeHands(socket);
            String caller = identity.nameOf(certificate(socket));
            answering.answer(caller, TlsPipes.link(socket, runtime, 0));
        } catch (IOException | CertificateException | ToolstackException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a call from " + plain.getRemoteSocketAddress() + " is refused: " + e.getMessage());
            closeQuietly(plain);
        }
    }

    private static X509Certificate certificate(SSLSocket socket) throws SSLPeerUnverifiedException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a call's end", e);
        }
    }

    @Override
    public synchronized void close() {
        if (server != null) {
            closeQuietly(server);
        }
    }
}
