package dev.jxl.xld.plan;

import dev.jxl.xld.host.Processors.Cpu;
import dev.jxl.xld.host.Processors.Node;
import dev.jxl.xld.host.Processors.Topology;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Chooses NUMA nodes for a new domain as xl does: as few as can be that have the memory and the CPUs; among these the ones on
 * which the fewest vCPUs can run already, then those with the most free memory, then the lowest.
 *
 * @source tools/libs/light/libxl_numa.c: libxl__get_numa_candidate, nr_vcpus_on_nodes, count_cpus_per_node;
 *     tools/libs/light/libxl_dom.c: numa_place_domain, numa_cmpf
 */
public final class NumaPlacement {
    /** With more nodes there are too many combinations. */
    private static final int MOST_NODES = 16;

    private final Topology host;
    private final BitSet usable;
    private final int[] vcpusOnNode;
    private final long needKib;
    private final int vcpus;

    private NumaPlacement(Topology host, BitSet usable, List<Load> loads, long needKib, int vcpus) {
        this.host = host;
        this.usable = usable;
        this.needKib = needKib;
        this.vcpus = vcpus;
        this.vcpusOnNode = count(loads);
    }

    /**
     * One vCPU of a domain that there is.
     *
     * @param hard where it may run
     * @param pool the CPUs of its cpupool
     * @param nodes its domain's nodes
     */
    public record Load(BitSet hard, BitSet pool, BitSet nodes) {
        /** Copies the sets. */
        public Load {
            hard = (BitSet) hard.clone();
            pool = (BitSet) pool.clone();
            nodes = (BitSet) nodes.clone();
        }

        @Override
        public BitSet hard() {
            return (BitSet) hard.clone();
        }

        @Override
        public BitSet pool() {
            return (BitSet) pool.clone();
        }

        @Override
        public BitSet nodes() {
            return (BitSet) nodes.clone();
        }
    }

    /**
     * Chooses.
     *
     * @param host CPUs and nodes, and the memory that is free on each
     * @param pool the CPUs of the cpupool that the domain is to be in
     * @param loads all vCPUs of all domains
     * @param needKib memory that the domain needs
     * @param vcpus the most vCPUs that it can have
     * @return the nodes; empty when there is nothing to choose (one node, or more than 16) or none that fit
     */
    public static Optional<BitSet> choose(Topology host, BitSet pool, List<Load> loads, long needKib, int vcpus) {
        if (host.nodes().size() <= 1 || host.nodes().size() > MOST_NODES) {
            return Optional.empty();
        }
        return new NumaPlacement(host, pool, loads, needKib, vcpus).choose();
    }

    private int[] count(List<Load> loads) {
        int[] counts = new int[highestNode() + 1];
        for (Load load : loads) {
            BitSet runnable = load.hard();
            runnable.and(load.pool());
            runnable.and(usable);
            BitSet nodes = host.nodesOf(runnable);
            nodes.and(load.nodes());
            nodes.stream().filter(node -> node < counts.length).forEach(node -> counts[node]++);
        }
        return counts;
    }

    private int highestNode() {
        return host.nodes().stream().mapToInt(Node::number).max().orElse(0);
    }

    private Optional<BitSet> choose() {
        List<Integer> suitable = host.nodesOf(usable).stream().boxed().toList();
        int least = Math.min(fewest(), suitable.size());
        for (int size = Math.max(1, least); size <= suitable.size(); size++) {
            Optional<Candidate> best = best(suitable, size);
            if (best.isPresent()) {
                return best.map(Candidate::nodes);
            }
        }
        return Optional.empty();
    }

    /** Where all nodes have as many CPUs as each other, it is known how many nodes a domain needs. */
    private int fewest() {
        long each = -1;
        for (int node = 0; node <= highestNode(); node++) {
            int number = node;
            long cpus = host.cpus().stream().filter(c -> c.node() == number).count();
            if (each >= 0 && cpus != each) {
                return 1;
            }
            each = cpus;
        }
        return each <= 0 ? 1 : Math.ceilDiv(vcpus, Math.toIntExact(each));
    }

    /** A combination of nodes that fits. */
    private record Candidate(BitSet nodes, int vcpus, long freeKib) {
        boolean betterThan(Candidate other) {
            return vcpus != other.vcpus ? vcpus < other.vcpus : freeKib > other.freeKib;
        }
    }

    private Optional<Candidate> best(List<Integer> suitable, int size) {
        Candidate best = null;
        for (List<Integer> nodes : combinations(suitable, size)) {
            Candidate candidate = candidate(nodes);
            if (candidate.freeKib() >= needKib
                    && cpusOn(candidate.nodes()) >= vcpus
                    && (best == null || candidate.betterThan(best))) {
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    private Candidate candidate(List<Integer> numbers) {
        BitSet nodes = new BitSet();
        numbers.forEach(nodes::set);
        int load = numbers.stream().mapToInt(node -> vcpusOnNode[node]).sum();
        long freeKib = host.nodes().stream()
                .filter(node -> nodes.get(node.number()))
                .mapToLong(Node::freeKib)
                .sum();
        return new Candidate(nodes, load, freeKib);
    }

    private long cpusOn(BitSet nodes) {
        return host.cpus().stream()
                .filter((Cpu cpu) -> usable.get(cpu.number()) && nodes.get(cpu.node()))
                .count();
    }

    /** All choices of that size, in the order of their numbers. */
    private static List<List<Integer>> combinations(List<Integer> of, int size) {
        List<List<Integer>> out = new ArrayList<>();
        combine(of, size, 0, new ArrayList<>(), out);
        return out;
    }

    private static void combine(List<Integer> of, int size, int from, List<Integer> chosen, List<List<Integer>> out) {
        if (chosen.size() == size) {
            out.add(List.copyOf(chosen));
            return;
        }
        for (int i = from; i <= of.size() - (size - chosen.size()); i++) {
            chosen.add(of.get(i));
            combine(of, size, i + 1, chosen, out);
            chosen.removeLast();
        }
    }
}
