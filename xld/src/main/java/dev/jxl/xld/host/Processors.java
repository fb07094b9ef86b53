package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The host's CPUs and NUMA nodes, and where virtual CPUs run on them. Sets hold Xen's numbers of CPUs or nodes. Failures are
 * {@link dev.jxl.xld.api.ToolstackException}s; a domain that is not there is {@code DomainNotFound}.
 */
public interface Processors {
    /** CPUs and nodes as they are now. */
    Topology topology();

    /** PCI functions of the host that Xen knows the node of. */
    List<PciPlace> listPciPlaces();

    /** All vCPUs that a domain can have, by number. */
    List<VcpuFacts> listVcpus(DomainId domain);

    /**
     * Changes where a vCPU runs; a set that is not given stays as it is.
     *
     * @param hard where it may run
     * @param soft where it would best run
     * @param force also undoes a pinning that a kernel made for itself
     * @return what Xen makes of it: without CPUs that are offline or in another cpupool
     */
    Pinned pin(DomainId domain, int vcpu, Optional<BitSet> hard, Optional<BitSet> soft, boolean force);

    /** The nodes that a domain's memory is taken from. */
    BitSet nodesOf(DomainId domain);

    /** Changes them, for memory that the domain gets from now on. */
    void preferNodes(DomainId domain, BitSet nodes);

    /**
     * CPUs and nodes.
     *
     * @param maxCpus highest number of a CPU plus one, whether it is online or not
     * @param cpus those online, by number
     * @param nodes those that there are, by number
     */
    record Topology(int maxCpus, List<Cpu> cpus, List<Node> nodes) {
        /** Makes the lists immutable. */
        public Topology {
            cpus = List.copyOf(cpus);
            nodes = List.copyOf(nodes);
        }

        /** The CPUs of a node. */
        public BitSet cpusOf(int node) {
            BitSet set = new BitSet();
            cpus.stream().filter(cpu -> cpu.node() == node).forEach(cpu -> set.set(cpu.number()));
            return set;
        }

        /** The nodes of CPUs. */
        public BitSet nodesOf(BitSet some) {
            BitSet set = new BitSet();
            cpus.stream().filter(cpu -> some.get(cpu.number())).forEach(cpu -> set.set(cpu.node()));
            return set;
        }
    }

    /** One CPU and its place. */
    record Cpu(int number, int core, int socket, int node) {}

    /**
     * One NUMA node.
     *
     * @param sizeKib memory
     * @param freeKib of it free
     * @param distances to each node; 10 to itself
     */
    record Node(int number, long sizeKib, long freeKib, List<Integer> distances) {
        /** Makes the list immutable. */
        public Node {
            distances = List.copyOf(distances);
        }
    }

    /** A PCI function, as 0000:00:1f.2, and its node. */
    record PciPlace(String address, int node) {}

    /**
     * One vCPU.
     *
     * @param cpu where it runs or last ran
     * @param hard where it may run
     * @param soft where it would best run
     */
    record VcpuFacts(
            int number,
            boolean online,
            boolean blocked,
            boolean running,
            long cpuTimeNanos,
            int cpu,
            BitSet hard,
            BitSet soft) {
        /** Copies the sets. */
        public VcpuFacts {
            hard = (BitSet) hard.clone();
            soft = (BitSet) soft.clone();
        }

        @Override
        public BitSet hard() {
            return (BitSet) hard.clone();
        }

        @Override
        public BitSet soft() {
            return (BitSet) soft.clone();
        }
    }

    /** What Xen made of a pinning; empty for a set that was not given. */
    record Pinned(Optional<BitSet> hard, Optional<BitSet> soft) {}
}
