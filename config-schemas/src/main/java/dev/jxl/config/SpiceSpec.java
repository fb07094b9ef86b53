package dev.jxl.config;

import java.util.Optional;

/**
 * Access to the screen by SPICE (HVM).
 *
 * @param enable whether; empty: no
 * @param port the plain port; empty: none
 * @param tlsPort the port with TLS; empty: none
 * @param host the address to listen at
 * @param disableTicketing whether a viewer needs no password
 * @param password what a viewer must say
 * @param agentMouse whether the agent tells the mouse's place
 * @param vdagent whether the guest's agent is connected
 * @param clipboardSharing whether viewer and guest share a clipboard
 * @param usbRedirection how many USB devices a viewer may pass on
 * @param imageCompression QEMU's word for it
 * @param streamingVideo QEMU's word for it
 */
public record SpiceSpec(
        Optional<Boolean> enable,
        @Field(least = 1, most = 65535) Optional<Integer> port,
        @Field(least = 1, most = 65535) Optional<Integer> tlsPort,
        Optional<String> host,
        Optional<Boolean> disableTicketing,
        Optional<String> password,
        Optional<Boolean> agentMouse,
        Optional<Boolean> vdagent,
        Optional<Boolean> clipboardSharing,
        @Field(most = 4) Optional<Integer> usbRedirection,
        Optional<String> imageCompression,
        Optional<String> streamingVideo) {
    /** None. */
    public static final SpiceSpec DEFAULT = new SpiceSpec(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
}
