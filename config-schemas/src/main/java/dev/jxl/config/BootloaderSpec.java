package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * A program of dom0 that finds the kernel inside of the guest's first disk, e.g. pygrub.
 *
 * @param program a name in PATH or in Xen's bin folder, or a path
 * @param args its arguments, before those that libxl's convention adds
 * @param restrict whether it runs with few rights; empty: the host's default
 * @param user as whom it runs when restricted; empty: xen-bootloader
 */
public record BootloaderSpec(String program, List<String> args, Optional<Boolean> restrict, Optional<String> user) {
    /** Makes the list immutable. */
    public BootloaderSpec {
        args = List.copyOf(args);
    }
}
