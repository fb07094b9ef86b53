package dev.jxl.xenctrl;

import java.util.UUID;

/**
 * What a new domain shall be like.
 *
 * @param domid the wanted number, or {@link #ANY_DOMID}
 * @param handle its UUID, never all zeros
 * @param flags a sum of {@code FLAG_…}
 * @param iommuOpts a sum of {@code IOMMU_…}
 * @param maxVcpus 1 to 128 (HVM) or 8192 (PV)
 * @param maxEventChannelPort highest port, 1023 is usual; at least the two of xenstore and console
 * @param maxGrantFrames -1 for Xen's default
 * @param maxMaptrackFrames -1 for Xen's default
 * @param grantVersion 1 or 2; 0 for no grant table
 * @param cpupoolId 0 is Pool-0
 * @param ssidref label of the security module, 0 for none
 * @param emulationFlags a sum of {@code EMULATE_…}
 * @param miscFlags a sum of {@code MISC_…}
 * @source xen/include/public/domctl.h: xen_domctl_createdomain; xen/include/public/arch-x86/xen.h: xen_arch_domainconfig
 */
public record CreateDomain(
        int domid,
        UUID handle,
        int flags,
        int iommuOpts,
        int maxVcpus,
        int maxEventChannelPort,
        int maxGrantFrames,
        int maxMaptrackFrames,
        int grantVersion,
        int cpupoolId,
        int ssidref,
        int emulationFlags,
        int miscFlags) {
    /** Xen picks a free domid. */
    public static final int ANY_DOMID = 0;

    /** Hardware virtualised: HVM and PVH. */
    public static final int FLAG_HVM = 0x1;
    /** Hardware-assisted paging. */
    public static final int FLAG_HAP = 0x2;
    /** Out-of-sync page tables off (shadow paging). */
    public static final int FLAG_OOS_OFF = 0x8;
    /** The xenstore domain. */
    public static final int FLAG_XS_DOMAIN = 0x10;
    /** May get real devices. */
    public static final int FLAG_IOMMU = 0x20;
    /** Nested virtualisation. */
    public static final int FLAG_NESTED_VIRT = 0x40;
    /** Virtual performance counters. */
    public static final int FLAG_VPMU = 0x80;

    /** IOMMU page tables are not shared with the CPU's. */
    public static final int IOMMU_NO_SHAREPT = 0x1;

    /** Local APIC. All that PVH has. */
    public static final int EMULATE_LAPIC = 0x1;
    /** Everything HVM has: all but virtual PCI and pirqs. */
    public static final int EMULATE_HVM = 0x1ff;
    /** Interrupts of emulated devices by event channels. */
    public static final int EMULATE_USE_PIRQ = 0x200;

    /** Reads of unknown MSRs answer 0 instead of faulting. */
    public static final int MISC_MSR_RELAXED = 0x1;
}
