package dev.jxl.xenctrl;

import java.util.BitSet;
import java.util.List;

/** Sets of physical CPUs, each with a scheduler of its own. */
public interface CpuPoolCalls {
    /** One of them. */
    record CpuPool(int id, int schedulerId, int domains, BitSet cpus) {
        /** Copies the set. */
        public CpuPool {
            cpus = (BitSet) cpus.clone();
        }

        @Override
        public BitSet cpus() {
            return (BitSet) cpus.clone();
        }
    }

    /** Every cpupool, by number. */
    List<CpuPool> list();

    /**
     * Makes an empty one.
     *
     * @param schedulerId see {@link HostCalls#schedulerId}
     * @return its number
     */
    int create(int schedulerId);

    /** Removes one that has neither CPUs nor domains. */
    void destroy(int poolId);

    /** Gives it a CPU that no pool has. */
    void addCpu(int poolId, int cpu);

    /** Takes a CPU away; EBUSY when it is the last one that its domains may run on. */
    void removeCpu(int poolId, int cpu);

    /** Moves a domain into a pool. */
    void moveDomain(int domid, int poolId);

    /** The CPUs that no pool has. */
    BitSet freeCpus();
}
