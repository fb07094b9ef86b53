package dev.jxl.config.xl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A host's CPUs, as far as a configuration is understood by them ({@code cpus="all"}, {@code cpus="node:1"}).
 *
 * @param nodes of each CPU its NUMA node, by the CPU's number; 1 to 4096 entries
 */
public record HostCpus(List<Integer> nodes) {
    /** For a configuration that is read without a host: as many CPUs as can be, all in node 0. */
    public static final HostCpus UNKNOWN = new HostCpus(Collections.nCopies(4096, 0));

    /** Makes the list immutable. */
    public HostCpus {
        nodes = List.copyOf(nodes);
    }

    /** So many CPUs in so many nodes of the same size. */
    public static HostCpus of(int cpus, int nodes) {
        List<Integer> list = new ArrayList<>();
        for (int cpu = 0; cpu < cpus; cpu++) {
            list.add(cpu / Math.max(1, cpus / nodes));
        }
        return new HostCpus(list);
    }

    int count() {
        return nodes.size();
    }

    /** How many bits a map of CPUs has: whole bytes. */
    int bits() {
        return (count() + 7) / 8 * 8;
    }

    int nodeCount() {
        return nodes.stream().mapToInt(n -> n + 1).max().orElse(1);
    }
}
