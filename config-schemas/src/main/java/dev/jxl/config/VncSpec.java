package dev.jxl.config;

import java.util.Optional;

/**
 * Access to a screen by VNC.
 *
 * @param enable whether; empty: yes for HVM
 * @param listen an address, perhaps with {@code :display}; empty: 127.0.0.1
 * @param display the display's number, 0 for port 5900; empty: 0
 * @param unused whether the next free display is taken; empty: yes
 * @param password what a viewer must say; empty: nothing
 */
public record VncSpec(
        Optional<Boolean> enable,
        Optional<String> listen,
        @Field(most = 59635) Optional<Integer> display,
        Optional<Boolean> unused,
        Optional<String> password) {
    /** What a guest has when nothing is said. */
    public static final VncSpec DEFAULT =
            new VncSpec(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
