package dev.jxl.config;

import java.util.Optional;

/**
 * The machine that an HVM guest (in part a PVH guest) sees. A switch that is empty has libxl's default.
 *
 * @param bootOrder the drives to try, a letter each: c a disk, d a CD, n the network, a a floppy
 * @param acpi ACPI tables (PVH and HVM); on by default
 * @param acpiS3 sleep to memory; on by default
 * @param acpiS4 sleep to disk; on by default
 * @param acpiLaptopSlate the laptop and slate switches
 * @param apic an APIC; on by default
 * @param pae physical address extension; on by default
 * @param nx no-execute pages; on by default
 * @param hpet a high precision event timer; on by default
 * @param viridian the Hyper-V enlightenments
 * @param platformPci the platform device that unplugs emulated devices; on by default
 * @param mmioHole the hole below 4 GiB for devices, 256 MiB to 3840 MiB
 * @param hdtype the kind of the disk controller
 * @param altp2m which alternate page tables, if any
 * @param pirq whether event channels may stand for emulated devices' interrupts
 * @param localMachineCheck LMCE, told to the guest
 * @param vendorDevice one more device that a vendor's drivers look for
 */
public record PlatformSpec(
        @Field(pattern = "[a-z]{1,8}") Optional<String> bootOrder,
        Optional<Boolean> acpi,
        Optional<Boolean> acpiS3,
        Optional<Boolean> acpiS4,
        Optional<Boolean> acpiLaptopSlate,
        Optional<Boolean> apic,
        Optional<Boolean> pae,
        Optional<Boolean> nx,
        Optional<Boolean> hpet,
        ViridianSpec viridian,
        Optional<Boolean> platformPci,
        @Field(least = 262144, most = 3932160) Optional<MemorySize> mmioHole,
        @Field(orElse = "ide") DiskController hdtype,
        @Field(orElse = "disabled") Altp2m altp2m,
        Optional<Boolean> pirq,
        @Field(orElse = "false") boolean localMachineCheck,
        @Field(orElse = "none") VendorDevice vendorDevice) {
    /** What a guest has when nothing is said. */
    public static final PlatformSpec DEFAULT = new PlatformSpec(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ViridianSpec.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            DiskController.IDE,
            Altp2m.DISABLED,
            Optional.empty(),
            false,
            VendorDevice.NONE);

    /** What emulated disks hang on. */
    public enum DiskController implements Worded {
        /** The old one. */
        IDE,
        /** SATA. */
        AHCI
    }

    /**
     * Who may use alternate page tables.
     *
     * @source tools/libs/light/libxl_types.idl: libxl_altp2m_mode
     */
    public enum Altp2m implements Worded {
        /** Nobody. */
        DISABLED,
        /** The guest and others. */
        MIXED,
        /** Others. */
        EXTERNAL,
        /** Others, the guest in part. */
        LIMITED
    }

    /** Devices that vendors' drivers look for. */
    public enum VendorDevice implements Worded {
        /** None. */
        NONE,
        /** XenServer's. */
        XENSERVER
    }
}
