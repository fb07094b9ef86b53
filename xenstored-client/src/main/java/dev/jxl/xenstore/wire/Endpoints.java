package dev.jxl.xenstore.wire;

import dev.jxl.xenstore.XenStoreException.Unreachable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where xenstored is looked for.
 *
 * @source tools/libs/store/xs.c: get_handle, xs_daemon_socket, xs_domain_dev
 */
final class Endpoints {
    private static final List<Path> SOCKETS =
            List.of(Path.of("/run/xenstored/socket"), Path.of("/var/run/xenstored/socket"));
    private static final List<Path> DEVICES = List.of(Path.of("/dev/xen/xenbus"), Path.of("/proc/xen/xenbus"));
    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_CHARACTER_DEVICE = 0020000;

    private Endpoints() {}

    /**
     * This machine's.
     *
     * @param named what XENSTORED_PATH says, if anything
     * @throws Unreachable when nothing is there
     */
    static Endpoint ofThisMachine(@Nullable String named) {
        if (named != null && !named.isEmpty()) {
            return at(Path.of(named));
        }
        for (List<Path> paths : List.of(SOCKETS, DEVICES)) {
            for (Path path : paths) {
                if (Files.exists(path)) {
                    return at(path);
                }
            }
        }
        throw new Unreachable(
                "this machine has no xenstored: neither " + SOCKETS.getFirst() + " nor " + DEVICES.getFirst()
                        + " exists. On a Xen host, start it (systemctl start xenstored); if xenstored listens elsewhere, name"
                        + " its socket in XENSTORED_PATH",
                null);
    }

    /** A socket or a device. */
    static Endpoint at(Path path) {
        return new Endpoint() {
            @Override
            public Transport open() throws IOException {
                return isCharacterDevice(path) ? XenbusTransport.open(path) : UnixSocketTransport.open(path);
            }

            @Override
            public String description() {
                return path.toString();
            }
        };
    }

    private static boolean isCharacterDevice(Path path) throws IOException {
        return ((int) Files.getAttribute(path, "unix:mode") & TYPE_MASK) == TYPE_CHARACTER_DEVICE;
    }
}
