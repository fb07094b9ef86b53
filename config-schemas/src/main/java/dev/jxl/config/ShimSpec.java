package dev.jxl.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A small Xen that runs a PV guest inside of a PVH container (PVH only).
 *
 * @param enabled whether the guest is PV and runs in the shim
 * @param path the shim; empty: the one that comes with Xen (xen-shim)
 * @param commandLine replaces the shim's own arguments
 * @param extra is added to the shim's own arguments
 */
public record ShimSpec(boolean enabled, Optional<Path> path, Optional<String> commandLine, Optional<String> extra) {
    /** No shim. */
    public static final ShimSpec DEFAULT = new ShimSpec(false, Optional.empty(), Optional.empty(), Optional.empty());
}
