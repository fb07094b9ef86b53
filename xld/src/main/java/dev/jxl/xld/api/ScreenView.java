package dev.jxl.xld.api;

import java.util.Optional;

/**
 * Where a domain's screen can be seen with VNC.
 *
 * @param address what it listens on: 127.0.0.1, 0.0.0.0, ::
 * @param port 5900 is VNC's display 0
 * @param password what it asks for, if it asks
 */
public record ScreenView(String address, int port, Optional<String> password) {}
