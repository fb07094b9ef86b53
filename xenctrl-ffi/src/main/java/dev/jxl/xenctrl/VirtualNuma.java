package dev.jxl.xenctrl;

import java.util.List;

/**
 * The NUMA topology that a guest sees.
 *
 * @param ranges which virtual node each piece of guest memory belongs to, by address
 * @param distances row by row: from each virtual node to each
 * @param vcpuToVnode virtual node of each virtual CPU
 * @param vnodeToPnode physical node of each virtual node
 * @source tools/include/xenctrl.h: xc_domain_setvnuma
 */
public record VirtualNuma(
        List<Range> ranges, List<Integer> distances, List<Integer> vcpuToVnode, List<Integer> vnodeToPnode) {
    /** Copies the lists and checks that they fit each other. */
    public VirtualNuma {
        ranges = List.copyOf(ranges);
        distances = List.copyOf(distances);
        vcpuToVnode = List.copyOf(vcpuToVnode);
        vnodeToPnode = List.copyOf(vnodeToPnode);
        int nodes = vnodeToPnode.size();
        if (nodes == 0 || distances.size() != nodes * nodes || ranges.isEmpty()) {
            throw new IllegalArgumentException(
                    nodes + " virtual nodes, but " + distances.size() + " distances and " + ranges.size() + " ranges");
        }
    }

    /** How many virtual nodes there are. */
    public int nodes() {
        return vnodeToPnode.size();
    }

    /**
     * A piece of guest memory; guest-physical addresses in bytes.
     *
     * @param end first byte behind it
     */
    public record Range(long start, long end, int vnode) {}
}
