package dev.jxl.xld.host;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.IoSpec;
import java.nio.file.Path;
import java.util.Optional;

/** Makes a domain and fills it. The three calls follow each other; between them the domain is a shell. */
public interface GuestBuilder {
    /**
     * Makes an empty domain, paused.
     *
     * @param uuid becomes the domain's handle; the caller has it on disk already
     * @param wanted the number that it is to have; empty: Xen chooses
     * @return its number, as Xen gave it out
     * @throws dev.jxl.xld.api.ToolstackException.HypercallRefused also when another domain has the wanted number
     */
    DomainId createShell(DomainSpec spec, DomainUuid uuid, Optional<DomainId> wanted);

    /**
     * Sets what must be set before there is memory: vCPUs, limits, paging pool, TSC, CPU policy; makes the event channels of
     * xenstore and console.
     *
     * @param storeDomain whom the store's channel is for
     * @param consoleDomain whom the console's channel is for
     * @param restored whether a saved guest comes into it, which brings its CPU policy itself, or it has been reset and has it
     */
    Channels prepare(DomainId domain, DomainSpec spec, DomainId storeDomain, DomainId consoleDomain, boolean restored);

    /**
     * Claims memory, loads kernel and ramdisk, builds tables, sets the first vCPU's registers.
     *
     * @param boot the kernel
     * @param progress told of each phase before it starts; may throw to cancel: nothing half-done is left but the domain
     */
    Built build(
            DomainId domain,
            DomainSpec spec,
            DirectBoot boot,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            Progress progress);

    /**
     * In place of {@link #build}, for an HVM guest that has been reset: tells it its new channels, and leaves its memory as it is.
     *
     * @throws dev.jxl.xld.api.ToolstackException.BuildFailed when it has no rings
     */
    Built keep(DomainId domain, Channels channels);

    /**
     * Event channel ports in the guest.
     *
     * @param store for xenstore
     * @param console for console 0
     */
    record Channels(int store, int console) {}

    /**
     * Frame numbers of the rings (for PV: machine frames), and what was placed for hvmloader.
     *
     * @param storeGfn for xenstore
     * @param consoleGfn for console 0
     * @param acpi more ACPI tables of an HVM guest
     * @param smbios SMBIOS structures of an HVM guest
     */
    record Built(long storeGfn, long consoleGfn, Optional<PlacedFirmware> acpi, Optional<PlacedFirmware> smbios) {
        /** Without anything placed. */
        public Built(long storeGfn, long consoleGfn) {
            this(storeGfn, consoleGfn, Optional.empty(), Optional.empty());
        }
    }

    /** Guest-physical address and size of what was placed; in bytes. */
    record PlacedFirmware(long address, int length) {}

    /**
     * What an HVM guest boots from.
     *
     * @param loader hvmloader
     * @param image SeaBIOS or OVMF
     * @param acpi more ACPI tables
     * @param smbios SMBIOS structures
     */
    record Firmware(Path loader, Path image, Optional<Path> acpi, Optional<Path> smbios) {}

    /** As {@link #build}, for an HVM guest. A kernel of the specification is QEMU's business; only its command line is used here. */
    Built buildHvm(
            DomainId domain,
            DomainSpec spec,
            Firmware firmware,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            Progress progress);

    /**
     * Lets a built domain use I/O ports, interrupts and memory of devices of the host; an HVM or PVH guest finds the memory at the frames
     * that are named. Xen takes it all back when the domain ends.
     *
     * @throws dev.jxl.xld.api.ToolstackException.DeviceFailed with the range that Xen refused
     */
    void permit(DomainId domain, IoSpec io);

    /** Is told where a long step stands. */
    @FunctionalInterface
    interface Progress {
        /** A phase starts, in words: "loading the kernel". */
        void phase(String words);
    }
}
