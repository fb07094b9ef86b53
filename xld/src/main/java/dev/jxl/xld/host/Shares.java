package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import java.util.List;

/**
 * What schedulers give to domains, and how they work in a pool. Each call is for one scheduler; Xen refuses it for a domain or
 * pool that has another one. Failures are {@link dev.jxl.xld.api.ToolstackException}s.
 */
public interface Shares {
    /** A domain's share in a pool of {@link Scheduler#CREDIT} or {@link Scheduler#CREDIT2}. */
    Credit credit(DomainId domain, Scheduler scheduler);

    /** Changes it. */
    void give(DomainId domain, Scheduler scheduler, Credit credit);

    /** What a vCPU gets in a pool of {@link Scheduler#RTDS} when nothing is said for it. */
    Budget budget(DomainId domain);

    /** What each vCPU gets. */
    List<VcpuBudget> budgets(DomainId domain, List<Integer> vcpus);

    /** Changes what some vCPUs get. */
    void give(DomainId domain, List<VcpuBudget> budgets);

    /** How the credit or credit2 scheduler of a pool works; what the latter does not have is 0. */
    Tuning tuning(int pool, Scheduler scheduler);

    /** Changes it. */
    void tune(int pool, Scheduler scheduler, Tuning tuning);

    /**
     * A share.
     *
     * @param weight 1 to 65535
     * @param cap percent of one CPU; 0: no limit
     */
    record Credit(int weight, int cap) {}

    /**
     * Real time.
     *
     * @param periodMicros length of a period
     * @param budgetMicros of each period
     * @param extraTime whether it may have what is left over
     */
    record Budget(long periodMicros, long budgetMicros, boolean extraTime) {}

    /** One vCPU's. */
    record VcpuBudget(int vcpu, Budget budget) {}

    /**
     * How a pool's scheduler works.
     *
     * @param timesliceMillis 1 to 1000
     * @param ratelimitMicros 100 to 500000; 0: none
     * @param migrationDelayMicros 0 to 100000
     */
    record Tuning(int timesliceMillis, int ratelimitMicros, int migrationDelayMicros) {}
}
