package dev.jxl.xenctrl;

import java.util.BitSet;

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

    /** Pins a virtual CPU. */
    void applyAffinity(int domid, int vcpu, Affinity affinity);

    /** The NUMA nodes the domain's memory is taken from. */
    void applyNodeAffinity(int domid, BitSet nodes);

    /** State of one virtual CPU. */
    VcpuInfo vcpuInfo(int domid, int vcpu);
}
