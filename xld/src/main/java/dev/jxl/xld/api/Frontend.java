package dev.jxl.xld.api;

import java.nio.file.Path;

/** What shows the toolstack to the world; found by {@link java.util.ServiceLoader} at start, so that xld knows no HTTP. */
public interface Frontend {
    /**
     * Starts to serve.
     *
     * @param socket where to listen; its folder exists; a stale file is removed
     * @return closes it: stops to accept, lets running requests end within two seconds
     */
    AutoCloseable start(Toolstack toolstack, Path socket);
}
