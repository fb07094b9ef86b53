package dev.jxl.xenctrl;

import java.util.List;
import java.util.OptionalInt;

/** What the host is and has. */
public interface HostCalls {
    /** CPUs, memory and abilities of the machine. */
    PhysInfo physInfo();

    /** What Xen says about itself. */
    XenVersion version();

    /**
     * The scheduler of Pool-0.
     *
     * @return 4 SEDF, 5 credit, 6 credit2, 7 arinc653, 8 RTDS, 9 null
     * @source xen/include/public/domctl.h: XEN_SCHEDULER_*
     */
    int schedulerId();

    /** Xen's own log, oldest first. Only what is still in the ring. */
    String consoleRing(boolean clear);

    /** Place of a physical CPU. */
    record CpuTopology(int cpu, int core, int socket, int node) {}

    /** Place of each online CPU. */
    List<CpuTopology> cpuTopology();

    /** One NUMA node; distances to every node, by node number. */
    record NumaNode(int node, long sizeBytes, long freeBytes, List<Integer> distances) {
        /** Copies the list. */
        public NumaNode {
            distances = List.copyOf(distances);
        }
    }

    /** The NUMA nodes. */
    List<NumaNode> numaNodes();

    /** Highest CPU number plus one. */
    int maxCpus();

    /** Highest node number plus one. */
    int maxNodes();

    /** Pages that sharing set free on the host; empty where Xen is built without it. */
    OptionalInt sharingFreedPages();

    /** Pages that are shared on the host; empty where Xen is built without it. */
    OptionalInt sharingUsedPages();

    /** The machine's own memory map. */
    List<E820Entry> machineMemoryMap();

    /** Sends debug keys to Xen, which answers into its log. */
    void sendDebugKeys(String keys);

    /** Place of a PCI function on the machine. */
    record PciPlace(int segment, int bus, int devfn) {}

    /** The node of each of these PCI functions; -1 for one that Xen does not know, or knows no node of. */
    List<Integer> nodesOf(List<PciPlace> functions);

    /**
     * Changes a runtime parameter of Xen.
     *
     * @param name as on Xen's command line
     * @param value what it becomes
     * @throws XenControlException.LibraryMissing where libxenhypfs is not installed
     */
    void changeParameter(String name, String value);
}
