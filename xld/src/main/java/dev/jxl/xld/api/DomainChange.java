package dev.jxl.xld.api;

import java.util.List;
import java.util.Optional;

/** What can be changed of a domain's CPUs and memory while it lives. Domain 0 too. */
public sealed interface DomainChange {
    /**
     * Where vCPUs run.
     *
     * @param vcpu one of them; empty: all
     * @param hardAffinity where they may run, in xl's words ({@code all}, {@code 1-3,^2}, {@code nodes:0}); empty: as it is
     * @param softAffinity where they would best run; empty: as it is
     * @param force also undoes a pinning that a kernel made for itself; for one vCPU only
     */
    record Pin(Optional<Integer> vcpu, Optional<String> hardAffinity, Optional<String> softAffinity, boolean force)
            implements DomainChange {}

    /**
     * How many vCPUs are online.
     *
     * @param online from 1 to what the domain can have
     * @param ignoreHost also more than the host has CPUs
     */
    record SetVcpus(int online, boolean ignoreHost) implements DomainChange {}

    /** What the domain's balloon is to go to, and the most that Xen lets it have. */
    record SetMemory(long targetKib) implements DomainChange {}

    /** The most that the domain can be given from now on. */
    record SetMaxMemory(long maximumKib) implements DomainChange {}

    /**
     * The domain's share under credit or credit2; what is empty stays as it is.
     *
     * @param scheduler credit or credit2; empty: that of its cpupool
     */
    record SetShare(Optional<String> scheduler, Optional<Integer> weight, Optional<Integer> cap)
            implements DomainChange {}

    /**
     * What vCPUs get under rtds.
     *
     * @param vcpus which; empty: all, each as the only budget says
     * @param budgets one for each of {@code vcpus}, or one for all
     */
    record SetBudgets(List<Integer> vcpus, List<Budget> budgets) implements DomainChange {
        /** Makes the lists immutable. */
        public SetBudgets {
            vcpus = List.copyOf(vcpus);
            budgets = List.copyOf(budgets);
        }
    }

    /** Of each period in microseconds so much; and what is left over, or not. */
    record Budget(long periodMicros, long budgetMicros, boolean extratime) {}

    /** The cpupool it is in, by name or number. */
    record MoveToPool(String pool) implements DomainChange {}
}
