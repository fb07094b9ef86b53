package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * What a user asks for: one domain, complete, with xl's defaults filled in. Groups have a constant {@code DEFAULT};
 * {@link DomainSpecBuilder} makes one step by step.
 *
 * @param name unique on the host, 1 to 255 characters
 * @param uuid empty: a random one, made at create
 * @param type how it is virtualised
 * @param memory what it starts with
 * @param maxMemory what it may grow to; at least {@code memory}
 * @param vcpus online at start, 1 to {@code maxVcpus}
 * @param maxVcpus 1 to 512 (PV, HVM, PVH: Xen may say less)
 * @param boot the kernel; empty only for HVM or with a boot loader
 * @param bootloader a program that finds the kernel in the first disk (PV, PVH)
 * @param shim a small Xen around a PV guest (PVH)
 * @param firmware what it boots from (HVM)
 * @param platform the machine that it sees (HVM, in part PVH)
 * @param graphics its screen (HVM)
 * @param emulated small emulated devices (HVM)
 * @param clock its clocks
 * @param cpu what its CPUs are and where they run
 * @param deviceModel QEMU
 * @param disks in order; a vdev appears once
 * @param nics in order; the index is the devid unless set
 * @param devices all other devices
 * @param onEvents what happens when it stops
 * @param tscMode how it sees the time stamp counter
 * @param hap hardware assisted paging (PVH, HVM); empty: where the host has it
 * @param nestedVirt nested virtualisation (PVH, HVM)
 * @param noMigrate never to be migrated
 * @param driverDomain may serve backends to other domains
 * @param driver how jxl looks after a driver domain; empty: as after any guest
 * @param maxEventChannels highest event channel port, 1023 by default
 * @param maxGrantFrames empty: Xen's default
 * @param maxMaptrackFrames empty: Xen's default
 * @param maxGrantVersion 1 or 2; empty: what the host has
 * @param pool cpupool's name; empty: Pool-0
 * @param paging memory for Xen's own tables of the guest; empty: computed as xl does
 * @param e820Host PV: the guest sees the host's memory map
 * @param labels FLASK labels
 * @param sourceText the text that this was read from, kept for display; empty for the JSON form
 */
public record DomainSpec(
        String name,
        Optional<DomainUuid> uuid,
        GuestType type,
        @Field(least = 1, most = 17179869184L) MemorySize memory,
        @Field(least = 1, most = 17179869184L) MemorySize maxMemory,
        @Field(least = 1, most = 512, orElse = "1") int vcpus,
        @Field(least = 1, most = 512) int maxVcpus,
        Optional<DirectBoot> boot,
        Optional<BootloaderSpec> bootloader,
        ShimSpec shim,
        FirmwareSpec firmware,
        PlatformSpec platform,
        GraphicsSpec graphics,
        EmulatedSpec emulated,
        ClockSpec clock,
        CpuSpec cpu,
        DeviceModelSpec deviceModel,
        List<DiskSpec> disks,
        List<NicSpec> nics,
        DeviceSpecs devices,
        OnEvents onEvents,
        @Field(orElse = "default") TscMode tscMode,
        Optional<Boolean> hap,
        boolean nestedVirt,
        boolean noMigrate,
        boolean driverDomain,
        Optional<DriverSpec> driver,

        @Field(least = 1, most = 2147483647, orElse = "1023")
        int maxEventChannels,

        @Field(most = 2147483647) Optional<Integer> maxGrantFrames,
        @Field(most = 2147483647) Optional<Integer> maxMaptrackFrames,
        @Field(least = 1, most = 2) Optional<Integer> maxGrantVersion,
        Optional<String> pool,
        @Field(least = 1, most = 17179869184L) Optional<MemorySize> paging,
        boolean e820Host,
        LabelsSpec labels,
        Optional<String> sourceText) {
    /** Makes the lists immutable. */
    public DomainSpec {
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
    }

    /** The beginning of a domain with one vCPU and defaults for all else. */
    public static DomainSpecBuilder builder(String name, GuestType type, MemorySize memory) {
        return new DomainSpecBuilder(name, type, memory);
    }

    /** A builder that starts with this domain. */
    public DomainSpecBuilder toBuilder() {
        return new DomainSpecBuilder(this);
    }
}
