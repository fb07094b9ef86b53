package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * What a user asks for: one domain, complete, with xl's defaults filled in.
 *
 * @param name unique on the host, 1 to 255 characters
 * @param uuid empty: a random one, made at create
 * @param type how it is virtualised
 * @param memory what it starts with
 * @param maxMemory what it may grow to; at least {@code memory}
 * @param vcpus online at start, 1 to {@code maxVcpus}
 * @param maxVcpus 1 to 512 (PV, HVM, PVH: Xen may say less)
 * @param boot the kernel; empty only for HVM or with a boot loader
 * @param disks in order; a vdev appears once
 * @param nics in order; the index is the devid unless set
 * @param onEvents what happens when it stops
 * @param tscMode how it sees the time stamp counter
 * @param hap hardware assisted paging (PVH, HVM); empty: where the host has it
 * @param nestedVirt nested virtualisation (PVH, HVM)
 * @param noMigrate never to be migrated
 * @param driverDomain may serve backends to other domains
 * @param maxEventChannels highest event channel port, 1023 by default
 * @param maxGrantFrames empty: Xen's default
 * @param maxMaptrackFrames empty: Xen's default
 * @param maxGrantVersion 1 or 2; empty: what the host has
 * @param pool cpupool's name; empty: Pool-0
 * @param paging memory for Xen's own tables of the guest; empty: computed as xl does
 * @param e820Host PV: the guest sees the host's memory map
 * @param sourceText the text that this was read from, kept for display; empty for the JSON form
 */
public record DomainSpec(
        String name,
        Optional<DomainUuid> uuid,
        GuestType type,
        MemorySize memory,
        MemorySize maxMemory,
        int vcpus,
        int maxVcpus,
        Optional<DirectBoot> boot,
        List<DiskSpec> disks,
        List<NicSpec> nics,
        OnEvents onEvents,
        TscMode tscMode,
        Optional<Boolean> hap,
        boolean nestedVirt,
        boolean noMigrate,
        boolean driverDomain,
        int maxEventChannels,
        Optional<Integer> maxGrantFrames,
        Optional<Integer> maxMaptrackFrames,
        Optional<Integer> maxGrantVersion,
        Optional<String> pool,
        Optional<MemorySize> paging,
        boolean e820Host,
        Optional<String> sourceText) {
    /** Makes the lists immutable. */
    public DomainSpec {
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
    }
}
