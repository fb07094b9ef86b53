package dev.jxl.rest;

import dev.jxl.xld.api.Frontend;
import dev.jxl.xld.api.Toolstack;
import io.helidon.webserver.WebServer;
import java.nio.file.Path;

/** The toolstack over HTTP on a Unix socket. */
public final class HttpFrontend implements Frontend {
    /** For {@link java.util.ServiceLoader}. */
    public HttpFrontend() {}

    /**
     * Starts to serve.
     *
     * @throws IllegalStateException when another process serves on the socket, or it cannot be made; the message says which
     */
    @Override
    public AutoCloseable start(Toolstack toolstack, Path socket) {
        EventStream events = new EventStream(toolstack);
        Api api = new Api(toolstack, events);
        WebServer server = UnixListener.serve(socket, api.routing());
        return () -> {
            events.close();
            server.stop();
        };
    }
}
