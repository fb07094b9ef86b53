package dev.jxl.xld.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a create is asked with.
 *
 * @param configuration the text
 * @param format how the text is to be read
 * @param sourceName the file's name as the user knows it, for messages; may be empty
 * @param folder the user's folder, a whole path: relative paths of kernels and disks begin there; empty: they are refused
 * @param overrides {@code key=value} settings appended to an xl.cfg, as on xl's command line
 * @param paused whether the domain stays paused when it is made
 */
public record CreateRequest(
        String configuration,
        Format format,
        String sourceName,
        Optional<Path> folder,
        List<String> overrides,
        boolean paused) {
    /** Makes the list immutable. */
    public CreateRequest {
        overrides = List.copyOf(overrides);
    }

    /** How a configuration's text is to be read. */
    public enum Format {
        /** xl.cfg. */
        XL_CFG,
        /** JSON by jxl's domain schema. */
        JSON
    }
}
