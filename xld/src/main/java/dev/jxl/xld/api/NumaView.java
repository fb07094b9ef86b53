package dev.jxl.xld.api;

import java.util.List;

/**
 * The host's CPUs and NUMA nodes.
 *
 * @param cpus those online
 * @param nodes the nodes
 * @param devices PCI functions that Xen knows the node of
 * @param freeCpus CPUs that no cpupool has
 */
public record NumaView(List<CpuPlace> cpus, List<NodeView> nodes, List<DevicePlace> devices, List<Integer> freeCpus) {
    /** Makes the lists immutable. */
    public NumaView {
        cpus = List.copyOf(cpus);
        nodes = List.copyOf(nodes);
        devices = List.copyOf(devices);
        freeCpus = List.copyOf(freeCpus);
    }

    /** Where a CPU is. */
    public record CpuPlace(int cpu, int core, int socket, int node) {}

    /**
     * A node.
     *
     * @param sizeKib its memory
     * @param freeKib of it free
     * @param distances to each node; 10 to itself
     */
    public record NodeView(int node, long sizeKib, long freeKib, List<Integer> distances) {
        /** Makes the list immutable. */
        public NodeView {
            distances = List.copyOf(distances);
        }
    }

    /** Where a PCI function (0000:00:1f.2) is. */
    public record DevicePlace(String address, int node) {}
}
