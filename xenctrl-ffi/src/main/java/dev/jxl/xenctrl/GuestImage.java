package dev.jxl.xenctrl;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@link GuestBuildCalls#buildGuest} loads into which domain.
 *
 * @param domid a new, paused domain with event channels and memory limit in place
 * @param kernel PV or PVH kernel, or hvmloader
 * @param modules the ramdisk, if any, comes first; with the PV shim: the guest's kernel, then its ramdisk. At most two.
 * @param cmdline kernel command line; empty for none
 * @param memoryKib what the guest may have at most, without video memory
 * @param maxVcpus virtual CPUs
 * @param claim set memory aside before filling it
 * @param channels rings of xenstore and console
 * @param container the kind of guest
 * @param numa PVH and HVM: the virtual nodes that its memory is taken for; empty for one without
 */
public record GuestImage(
        int domid,
        Path kernel,
        List<BootModule> modules,
        String cmdline,
        long memoryKib,
        int maxVcpus,
        boolean claim,
        Channels channels,
        Container container,
        Optional<VirtualNuma> numa) {
    /** libxenguest takes no more modules than this. */
    public static final int MAX_MODULES = 2;

    /** Checks the modules. */
    public GuestImage {
        modules = List.copyOf(modules);
        if (modules.size() > MAX_MODULES) {
            throw new IllegalArgumentException("at most " + MAX_MODULES + " modules, not " + modules.size());
        }
    }

    /** Without virtual nodes. */
    public GuestImage(
            int domid,
            Path kernel,
            List<BootModule> modules,
            String cmdline,
            long memoryKib,
            int maxVcpus,
            boolean claim,
            Channels channels,
            Container container) {
        this(domid, kernel, modules, cmdline, memoryKib, maxVcpus, claim, channels, container, Optional.empty());
    }

    /** A file given to the kernel at boot; the cmdline is its own, mostly empty. */
    public record BootModule(Path file, String cmdline) {
        /** Without a cmdline: a ramdisk. */
        public BootModule(Path file) {
            this(file, "");
        }
    }

    /** Ports in the guest, and the domains on the other end. */
    public record Channels(int storePort, int storeDomid, int consolePort, int consoleDomid) {}

    /** The kind of guest. */
    public sealed interface Container permits Pv, Pvh, Hvm {}

    /** Paravirtual; features as xl's {@code features=}, empty for none. */
    public record Pv(String features) implements Container {}

    /** Hardware virtualised without emulated devices. */
    public record Pvh(Layout layout, AcpiTables acpi) implements Container {}

    /**
     * Hardware virtualised with emulated devices, booted by hvmloader.
     *
     * @param apic show an APIC in the tables
     * @param onlineVcpus how many of the virtual CPUs are up at boot
     * @param systemFirmware SeaBIOS or OVMF
     * @param acpiFirmware more ACPI tables; empty for none
     * @param smbiosFirmware more SMBIOS tables; empty for none
     */
    public record Hvm(
            Layout layout, boolean apic, int onlineVcpus, Blob systemFirmware, Blob acpiFirmware, Blob smbiosFirmware)
            implements Container {}

    /**
     * Where memory lies; guest-physical addresses in bytes. {@link #of} computes it as xl does.
     *
     * @param targetPages how many pages are real at boot; fewer than the maximum means populate-on-demand
     * @param highmemEnd 0 when everything fits below the hole
     */
    public record Layout(long targetPages, long mmioStart, long mmioSize, long lowmemEnd, long highmemEnd) {
        private static final long GIB_4 = 1L << 32;
        private static final long HVM_MMIO_SIZE = 0x1000_0000L;
        private static final int KIB_PER_PAGE = 4;

        /** For PVH. The hole starts below ACPI information at 0xfc000000, the local APIC and the special pages. */
        public static Layout pvh(long memoryKib, long targetKib) {
            return of(memoryKib, targetKib, GIB_4 - AcpiTables.INFO_ADDRESS);
        }

        /**
         * For HVM.
         *
         * @param mmioHoleKib xl's {@code mmio_hole}, 0 for the usual 256 MiB; smaller values are not taken
         */
        public static Layout hvm(long memoryKib, long targetKib, long mmioHoleKib) {
            return of(memoryKib, targetKib, Math.max(HVM_MMIO_SIZE, mmioHoleKib * 1024));
        }

        private static Layout of(long memoryKib, long targetKib, long mmioSize) {
            long memory = memoryKib * 1024;
            long mmioStart = GIB_4 - mmioSize;
            boolean overflows = memory > mmioStart;
            return new Layout(
                    targetKib / KIB_PER_PAGE,
                    mmioStart,
                    mmioSize,
                    overflows ? mmioStart : memory,
                    overflows ? GIB_4 + memory - mmioStart : 0);
        }
    }

    /**
     * ACPI tables of a PVH guest, which the toolstack must bring. The root pointer (RSDP) is placed by the builder:
     * at the top of the first MiB for Linux kernels that look for it there, else behind the tables.
     *
     * @param rsdp the root pointer, 64 bytes at most 4096; empty for a guest without ACPI
     * @param info one page for {@link #INFO_ADDRESS}
     * @param tables the rest, for {@link #TABLES_ADDRESS}; addresses inside must fit
     * @source tools/libs/light/libxl_x86_acpi.c: libxl__dom_load_acpi
     */
    public record AcpiTables(Blob rsdp, Blob info, Blob tables) {
        /** Where the information page is. */
        public static final long INFO_ADDRESS = 0xfc00_0000L;
        /** Where the tables start. */
        public static final long TABLES_ADDRESS = INFO_ADDRESS + 4096;

        /** No ACPI: Linux then boots with one CPU and {@code acpi=off}. */
        public static final AcpiTables NONE = new AcpiTables(Blob.EMPTY, Blob.EMPTY, Blob.EMPTY);
    }
}
