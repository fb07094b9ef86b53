package dev.jxl.xenctrl;

import java.util.List;

/** How much memory a domain may have, and where it lies. */
public interface MemoryCalls {
    /** What the domain may hold at most; in KiB. Lowering it takes nothing away. */
    void limitMemory(int domid, long maxMemKib);

    /** PV: how far the guest's memory map reaches; in KiB. */
    void limitMemoryMap(int domid, long limitKib);

    /** The memory map (e820) the guest is shown. */
    void showMemoryMap(int domid, List<E820Entry> entries);

    /** HVM and PVH: memory for paging structures; in bytes, whole pages. */
    void sizePagingPool(int domid, long bytes);

    /**
     * Sets free memory aside for the domain, so that building it cannot run short.
     *
     * @param pages 0 gives the rest of the claim back
     */
    void claimPages(int domid, long pages);

    /** HVM and PVH: how many pages of a populate-on-demand guest are to be real. */
    void targetPopulateOnDemand(int domid, long pages);

    /** The NUMA topology the guest is shown. */
    void describeNuma(int domid, VirtualNuma numa);

    /** The cache colours of the domain's memory; needs Xen 4.20 built with them. */
    void colourCache(int domid, List<Integer> colours);
}
