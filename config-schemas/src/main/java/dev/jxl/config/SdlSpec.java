package dev.jxl.config;

import java.util.Optional;

/**
 * A window on an X server of dom0.
 *
 * @param enable whether; empty: no
 * @param opengl whether it is drawn with OpenGL
 * @param display the X display
 * @param xauthority the file with the X server's key
 */
public record SdlSpec(
        Optional<Boolean> enable, Optional<Boolean> opengl, Optional<String> display, Optional<String> xauthority) {
    /** None. */
    public static final SdlSpec DEFAULT =
            new SdlSpec(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
