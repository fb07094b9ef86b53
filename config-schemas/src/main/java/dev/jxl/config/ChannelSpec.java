package dev.jxl.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A low-bandwidth channel between a program of dom0 and one of the guest: a console with a name.
 *
 * @param name which both sides know it by
 * @param connection what it is in dom0
 * @param path the socket's path, for a socket
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 */
public record ChannelSpec(
        Optional<String> name, Connection connection, Optional<Path> path, Optional<String> backendDomain) {
    /** What a channel is in dom0. */
    public enum Connection implements Worded {
        /** A pseudo-terminal. */
        PTY,
        /** A Unix socket. */
        SOCKET
    }
}
