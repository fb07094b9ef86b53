package dev.jxl.config;

import java.util.Optional;

/**
 * A paravirtual framebuffer (PV, PVH).
 *
 * @param vnc access by VNC
 * @param sdl a window in dom0
 * @param keymap the keyboard's layout; empty: en-us
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 */
public record VfbSpec(VncSpec vnc, SdlSpec sdl, Optional<String> keymap, Optional<String> backendDomain) {}
