package dev.jxl.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * QEMU, for HVM guests and for PV backends that it serves.
 *
 * @param override the program; empty: the one that comes with Xen
 * @param version which; empty: qemu_xen
 * @param user as whom it runs
 * @param restrict whether it gives up the right to touch other domains; empty: the host's default
 * @param args more arguments, whatever the type
 * @param argsPv more arguments for PV and PVH
 * @param argsHvm more arguments for HVM
 * @param stubdomain a domain of its own for it
 */
public record DeviceModelSpec(
        Optional<Path> override,
        Optional<Version> version,
        Optional<String> user,
        Optional<Boolean> restrict,
        List<String> args,
        List<String> argsPv,
        List<String> argsHvm,
        Stubdomain stubdomain) {
    /** What a guest has when nothing is said. */
    public static final DeviceModelSpec DEFAULT = new DeviceModelSpec(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            Stubdomain.DEFAULT);

    /** Makes the lists immutable. */
    public DeviceModelSpec {
        args = List.copyOf(args);
        argsPv = List.copyOf(argsPv);
        argsHvm = List.copyOf(argsHvm);
    }

    /** Device models. */
    public enum Version implements Worded {
        /** Xen's old fork; gone from most hosts. */
        QEMU_XEN_TRADITIONAL,
        /** QEMU. */
        QEMU_XEN
    }

    /**
     * A domain in which the device model runs.
     *
     * @param enabled whether; empty: no
     * @param kernel its kernel; empty: Xen's
     * @param ramdisk its initial ramdisk; empty: Xen's
     * @param commandLine its kernel's arguments
     * @param memory its memory; empty: Xen's default
     * @param label its FLASK label
     */
    public record Stubdomain(
            Optional<Boolean> enabled,
            Optional<Path> kernel,
            Optional<Path> ramdisk,
            Optional<String> commandLine,
            Optional<MemorySize> memory,
            Optional<String> label) {
        /** None. */
        public static final Stubdomain DEFAULT = new Stubdomain(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
