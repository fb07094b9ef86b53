package dev.jxl.xld.plan;

import dev.jxl.xld.host.Processors.Cpu;
import dev.jxl.xld.host.Processors.Node;
import dev.jxl.xld.host.Processors.Topology;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Hosts with several NUMA nodes, made up. */
final class Hosts {
    /** 16 CPUs, two on each of eight nodes with 8 GiB free each. */
    static final Topology EIGHT_NODES = host(Collections.nCopies(16, 0), 8, Collections.nCopies(8, 8L << 20));

    private Hosts() {}

    /**
     * A host.
     *
     * @param cpus one entry for each CPU; they are dealt out in equal parts
     * @param freeKib of each node
     */
    static Topology host(List<Integer> cpus, int nodes, List<Long> freeKib) {
        List<Integer> places = IntStream.range(0, cpus.size())
                .mapToObj(cpu -> cpu * nodes / cpus.size())
                .toList();
        return uneven(places, freeKib);
    }

    /** A host whose CPUs are on these nodes. */
    static Topology uneven(List<Integer> nodeOfCpu, List<Long> freeKib) {
        List<Cpu> all = new ArrayList<>();
        for (int cpu = 0; cpu < nodeOfCpu.size(); cpu++) {
            all.add(new Cpu(cpu, cpu, nodeOfCpu.get(cpu), nodeOfCpu.get(cpu)));
        }
        List<Node> nodes = new ArrayList<>();
        for (int node = 0; node < freeKib.size(); node++) {
            nodes.add(new Node(node, 16L << 20, freeKib.get(node), Collections.nCopies(freeKib.size(), 10)));
        }
        return new Topology(nodeOfCpu.size(), all, nodes);
    }
}
