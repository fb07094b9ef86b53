package dev.jxl.xenctrl;

import java.util.List;

/**
 * Parameters of Xen's schedulers, of domains and of whole cpupools. A call for another scheduler than the one that the domain's
 * pool has is refused with EINVAL.
 */
public interface SchedulerCalls {
    /**
     * A domain's share under credit or credit2.
     *
     * @param weight 1 to 65535; 256 is usual
     * @param cap percent of one physical CPU, 0 for no limit
     */
    record Credit(int weight, int cap) {}

    /**
     * What a real-time virtual CPU is given.
     *
     * @param periodUs microseconds
     * @param budgetUs microseconds of each period, not more than the period
     * @param extraTime whether it may have what others leave
     */
    record Rtds(long periodUs, long budgetUs, boolean extraTime) {}

    /** What one virtual CPU is given. */
    record VcpuRtds(int vcpu, Rtds rtds) {}

    /**
     * How a pool's credit scheduler works.
     *
     * @param timesliceMs 1 to 1000
     * @param ratelimitUs 100 to 500000, 0 for none
     * @param migrationDelayUs 0 to 100000
     */
    record CreditPool(int timesliceMs, int ratelimitUs, int migrationDelayUs) {}

    /** The domain's share under the credit scheduler. */
    Credit credit(int domid);

    /** Changes it. */
    void applyCredit(int domid, Credit credit);

    /** The domain's share under the credit2 scheduler. */
    Credit credit2(int domid);

    /** Changes it. */
    void applyCredit2(int domid, Credit credit);

    /** What the RTDS scheduler gives a virtual CPU of the domain for which nothing else is said. */
    Rtds rtds(int domid);

    /** Gives all virtual CPUs of the domain the same. */
    void applyRtds(int domid, Rtds rtds);

    /** What the RTDS scheduler gives each of these virtual CPUs. */
    List<VcpuRtds> rtdsOf(int domid, List<Integer> vcpus);

    /** Changes what some virtual CPUs are given. */
    void applyRtds(int domid, List<VcpuRtds> vcpus);

    /** How the pool's credit scheduler works. */
    CreditPool creditPool(int poolId);

    /** Changes it. */
    void applyCreditPool(int poolId, CreditPool parameters);

    /** Microseconds that a virtual CPU runs at least, in a pool of the credit2 scheduler; 0 for no such limit. */
    int credit2RatelimitUs(int poolId);

    /** Changes it: 0, or 100 to 500000. */
    void applyCredit2RatelimitUs(int poolId, int ratelimitUs);
}
