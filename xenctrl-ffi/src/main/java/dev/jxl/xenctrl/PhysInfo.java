package dev.jxl.xenctrl;

import java.util.List;

/**
 * CPUs, memory and abilities of the machine.
 *
 * @param capabilities a sum of {@code CAP_…}
 * @param archCapabilities architecture's own bits
 * @param totalPages machine memory, 4 KiB pages
 * @param freePages free for new domains
 * @param scrubPages free, still to be cleaned
 * @param outstandingPages claimed by domains being built
 * @param maxMfn highest machine frame
 * @param hwCaps eight words of CPU feature bits, each unsigned
 * @source xen/include/public/sysctl.h: xen_sysctl_physinfo
 */
public record PhysInfo(
        int threadsPerCore,
        int coresPerSocket,
        int cpus,
        int maxCpuId,
        int nodes,
        int maxNodeId,
        int cpuKhz,
        int capabilities,
        int archCapabilities,
        long totalPages,
        long freePages,
        long scrubPages,
        long outstandingPages,
        long maxMfn,
        List<Integer> hwCaps) {
    /** Copies the list. */
    public PhysInfo {
        hwCaps = List.copyOf(hwCaps);
    }

    /** HVM and PVH guests. */
    public static final int CAP_HVM = 1;
    /** PV guests. */
    public static final int CAP_PV = 1 << 1;
    /** An IOMMU for giving devices to guests. */
    public static final int CAP_DIRECTIO = 1 << 2;
    /** Hardware-assisted paging. */
    public static final int CAP_HAP = 1 << 3;
    /** Shadow paging. */
    public static final int CAP_SHADOW = 1 << 4;
    /** IOMMU page tables shared with HAP. */
    public static final int CAP_IOMMU_HAP_PT_SHARE = 1 << 5;
    /** Tracing of virtual CPUs. */
    public static final int CAP_VMTRACE = 1 << 6;
    /** Virtual performance counters. */
    public static final int CAP_VPMU = 1 << 7;
    /** Grant tables of version 1. */
    public static final int CAP_GNTTAB_V1 = 1 << 8;
    /** Grant tables of version 2. */
    public static final int CAP_GNTTAB_V2 = 1 << 9;

    /** Whether all the given bits are there. */
    public boolean can(int caps) {
        return (capabilities & caps) == caps;
    }
}
