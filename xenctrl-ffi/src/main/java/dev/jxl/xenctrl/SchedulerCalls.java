package dev.jxl.xenctrl;

import java.util.BitSet;
import java.util.List;

/** The credit schedulers and cpupools. */
public interface SchedulerCalls {
    /**
     * A domain's share.
     *
     * @param weight 1 to 65535; 256 is usual
     * @param cap percent of one physical CPU, 0 for no limit
     */
    record Credit(int weight, int cap) {}

    /** A set of physical CPUs with its scheduler. */
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

    /** The domain's share under the credit scheduler. */
    Credit credit(int domid);

    /** Changes it. */
    void applyCredit(int domid, Credit credit);

    /** The domain's share under the credit2 scheduler. */
    Credit credit2(int domid);

    /** Changes it. */
    void applyCredit2(int domid, Credit credit);

    /** Every cpupool. */
    List<CpuPool> listCpuPools();

    /** Moves a domain into a cpupool. */
    void moveToCpuPool(int domid, int cpupoolId);
}
