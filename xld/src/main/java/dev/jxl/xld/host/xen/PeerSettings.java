package dev.jxl.xld.host.xen;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How this host meets the jxld of others.
 *
 * @param certificates the folder with key.pem, cert.pem, ca.pem and, if wanted, peers; looked at when it is needed
 * @param runtime a folder where pipes can be made
 * @param listen where others call; empty: they cannot
 */
public record PeerSettings(Path certificates, Path runtime, Optional<Listen> listen) {
    /** Where certificates are if nothing else is said. */
    public static final Path CERTIFICATES = Path.of("/etc/jxl/tls");

    /** Nobody calls. */
    public static PeerSettings standard() {
        return new PeerSettings(CERTIFICATES, Path.of(System.getProperty("java.io.tmpdir")), Optional.empty());
    }

    /**
     * Where to listen.
     *
     * @param address of this host; empty: all of them
     * @param port of TCP
     */
    public record Listen(Optional<String> address, int port) {}
}
