package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import java.util.BitSet;
import java.util.List;

/**
 * Xen's cpupools: sets of CPUs, each with a scheduler. Their names are xenstore's. Failures are {@link
 * dev.jxl.xld.api.ToolstackException}s.
 */
public interface CpuPools {
    /** All, by number. */
    List<Pool> list();

    /** The CPUs that no pool has. */
    BitSet freeCpus();

    /** The scheduler that Xen was started with. */
    Scheduler defaultScheduler();

    /** Makes an empty pool; gives its number. */
    int create(Scheduler scheduler);

    /** Removes a pool without CPUs and domains. */
    void destroy(int pool);

    /** Gives a free CPU to a pool. */
    void addCpu(int pool, int cpu);

    /** Takes a CPU from a pool; it is free then. */
    void removeCpu(int pool, int cpu);

    /** Moves a domain into a pool. */
    void moveDomain(DomainId domain, int pool);

    /**
     * One pool.
     *
     * @param domains how many are in it
     */
    record Pool(int id, Scheduler scheduler, int domains, BitSet cpus) {
        /** Copies the set. */
        public Pool {
            cpus = (BitSet) cpus.clone();
        }

        @Override
        public BitSet cpus() {
            return (BitSet) cpus.clone();
        }
    }
}
