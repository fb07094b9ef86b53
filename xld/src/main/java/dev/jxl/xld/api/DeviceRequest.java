package dev.jxl.xld.api;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What an attach is asked with.
 *
 * @param kind what it is
 * @param description the device: one entry as between the quotes in xl.cfg, or one object of jxl's domain schema
 * @param format how the description is to be read
 * @param folder the user's folder, a whole path, where relative paths begin; empty: they are errors
 */
public record DeviceRequest(DeviceKind kind, String description, CreateRequest.Format format, Optional<Path> folder) {
    /** A description whose paths are whole. */
    public DeviceRequest(DeviceKind kind, String description, CreateRequest.Format format) {
        this(kind, description, format, Optional.empty());
    }
}
