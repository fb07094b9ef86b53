package dev.jxl.xld.host.xen;

import dev.jxl.config.CpuSpec;
import dev.jxl.config.DomainSpec;
import dev.jxl.xenctrl.GuestImage;
import dev.jxl.xenctrl.VirtualNuma;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which virtual node each piece of a PVH or HVM guest's memory is on: node after node from the bottom, around the hole below 4 GiB.
 *
 * @source tools/libs/light/libxl_vnuma.c: libxl__vnuma_build_vmemrange_hvm; tools/libs/light/libxl_dom.c: set_vnuma_info
 */
final class VnumaLayout {
    private static final long GIB_4 = 1L << 32;

    private VnumaLayout() {}

    /**
     * The layout.
     *
     * @param layout where the guest's memory and its hole are
     * @param videoKib of the first node's memory, what is the graphics card's
     */
    static Optional<VirtualNuma> of(DomainSpec spec, GuestImage.Layout layout, long videoKib) {
        List<CpuSpec.VnumaNode> nodes = spec.cpu().vnuma();
        if (nodes.isEmpty()) {
            return Optional.empty();
        }
        long holeStart = Math.min(layout.lowmemEnd(), layout.mmioStart());
        long holeEnd = Math.max(layout.mmioStart() + layout.mmioSize(), GIB_4);
        List<VirtualNuma.Range> ranges = new ArrayList<>();
        long next = 0;
        for (int node = 0; node < nodes.size(); node++) {
            long left = (nodes.get(node).memory().kib() - (node == 0 ? videoKib : 0)) * 1024;
            while (left > 0) {
                if (next >= holeStart && next < holeEnd) {
                    next = holeEnd;
                }
                long count = next < holeStart ? Math.min(left, holeStart - next) : left;
                ranges.add(new VirtualNuma.Range(next, next + count, node));
                left -= count;
                next += count;
            }
        }
        return Optional.of(new VirtualNuma(ranges, distances(nodes), vnodes(spec), pnodes(nodes)));
    }

    private static List<Integer> distances(List<CpuSpec.VnumaNode> nodes) {
        return nodes.stream()
                .flatMap(node -> node.distances().stream())
                .map(Math::toIntExact)
                .toList();
    }

    private static List<Integer> vnodes(DomainSpec spec) {
        List<CpuSpec.VnumaNode> nodes = spec.cpu().vnuma();
        List<Integer> out = new ArrayList<>();
        for (int vcpu = 0; vcpu < spec.maxVcpus(); vcpu++) {
            int number = vcpu;
            int node = 0;
            while (node < nodes.size() - 1 && !nodes.get(node).vcpus().numbers().contains(number)) {
                node++;
            }
            out.add(node);
        }
        return out;
    }

    private static List<Integer> pnodes(List<CpuSpec.VnumaNode> nodes) {
        return nodes.stream().map(node -> (int) node.physicalNode()).toList();
    }
}
