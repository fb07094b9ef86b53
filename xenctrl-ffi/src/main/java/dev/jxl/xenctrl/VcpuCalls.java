package dev.jxl.xenctrl;

import java.util.BitSet;
import java.util.Optional;

/** Where virtual CPUs may run. Bit n of a set is physical CPU (or node) n. */
public interface VcpuCalls {
    /** Where a virtual CPU must (hard) and should (soft) run. */
    record Affinity(BitSet hard, BitSet soft) {
        /** Copies both sets. */
        public Affinity {
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

    /** State of one virtual CPU. */
    record VcpuInfo(boolean online, boolean blocked, boolean running, long cpuTimeNs, int cpu) {}

    /** Where a virtual CPU may run. */
    Affinity affinity(int domid, int vcpu);

    /**
     * Pins a virtual CPU. A set that is empty as an Optional stays as it is.
     *
     * @param force breaks an affinity that was set for as long as the CPU is reconfigured (dom0 in some drivers' code)
     * @return what Xen makes of it, with the domain's cpupool and the CPUs that are online; a set that was not changed is empty
     */
    Affinity applyAffinity(int domid, int vcpu, Optional<BitSet> hard, Optional<BitSet> soft, boolean force);

    /** The NUMA nodes the domain's memory is taken from. */
    BitSet nodeAffinity(int domid);

    /** The NUMA nodes the domain's memory is taken from. */
    void applyNodeAffinity(int domid, BitSet nodes);

    /** State of one virtual CPU. */
    VcpuInfo vcpuInfo(int domid, int vcpu);
}
