package dev.jxl.rest;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;

/**
 * Whom a connection belongs to, for the log; who may connect is decided by the socket file's permissions.
 *
 * <p>Helidon has no word for it. It shows each accepted channel to {@link SocketOptions#configureSocket}, and names the
 * connection by the channel's identity hash from then on; that name joins the two. Where two channels have the same hash,
 * the log may name the wrong one of the two users: nothing is decided by it.
 */
final class PeerCredentials implements SocketOptions {
    private static final Map<String, String> NAMES = new ConcurrentHashMap<>();
    private static final int MOST = 4096;
    private final SocketOptions defaults = SocketOptions.create();

    /** The name of the user on the other side; {@code ?} when unknown. */
    static String of(String socketId) {
        return NAMES.getOrDefault(socketId, "?");
    }

    /** The selector that forgets a name when its connection ends. */
    ServerConnectionSelector selector(ServerConnectionSelector http) {
        return new ForgettingSelector(http);
    }

    @Override
    public void configureSocket(SocketChannel channel) {
        defaults.configureSocket(channel);
        if (NAMES.size() >= MOST) {
            return;
        }
        try {
            String id = "0x" + HexFormat.of().toHexDigits(System.identityHashCode(channel));
            NAMES.put(
                    id,
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName());
        } catch (IOException | UnsupportedOperationException e) {
            System.getLogger(PeerCredentials.class.getName())
                    .log(System.Logger.Level.DEBUG, "a peer has no credentials: {0}", e.toString());
        }
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return defaults.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return defaults.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return defaults.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return defaults.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return defaults.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return defaults.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return defaults.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return defaults.tcpNoDelay();
    }

    private record ForgettingSelector(ServerConnectionSelector http) implements ServerConnectionSelector {
        @Override
        public int bytesToIdentifyConnection() {
            return http.bytesToIdentifyConnection();
        }

        @Override
        public Support supports(BufferData data) {
            return http.supports(data);
        }

        @Override
        public Set<String> supportedApplicationProtocols() {
            return http.supportedApplicationProtocols();
        }

        @Override
        public ServerConnection connection(ConnectionContext context) {
            return new ForgettingConnection(http.connection(context), context.childSocketId());
        }
    }

    private record ForgettingConnection(ServerConnection http, String socketId) implements ServerConnection {
        @Override
        public void handle(Limit requests) throws InterruptedException {
            try {
                http.handle(requests);
            } finally {
                NAMES.remove(socketId);
            }
        }

        @Override
        public Duration idleTime() {
            return http.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            http.close(interrupt);
        }
    }
}
