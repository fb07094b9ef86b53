package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.Processors;
import dev.jxl.xld.host.Scheduler;
import dev.jxl.xld.host.Shares;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The simulated host's CPUs: cpupools, where vCPUs may run, and what they get. Refuses what Xen refuses. */
final class SimCpus {
    private static final int DEFAULT_WEIGHT = 256;
    private static final int DISTANCE_LOCAL = 10;
    private static final int DISTANCE_REMOTE = 20;
    private static final int DEFAULT_PERIOD_MICROS = 10_000;
    private static final int DEFAULT_BUDGET_MICROS = 4_000;
    private static final int DEFAULT_RATELIMIT_MICROS = 1_000;
    private static final int DEFAULT_TIMESLICE_MILLIS = 30;

    private final SimSettings settings;
    private final TreeMap<Integer, Pool> pools = new TreeMap<>();
    private final Map<DomainId, Placed> domains = new HashMap<>();
    private CpuPolicy policy = new CpuPolicy(
            List.of(
                    new CpuPolicy.Leaf(0, CpuPolicy.NO_SUBLEAF, 0xd, 0x756e6547, 0x6c65746e, 0x49656e69),
                    new CpuPolicy.Leaf(1, CpuPolicy.NO_SUBLEAF, 0x306c3, 0x800, 0x7fba220b, 0x1fcbfbff),
                    new CpuPolicy.Leaf(7, 0, 0, 0x7ab, 0, 0),
                    new CpuPolicy.Leaf(0x80000000, CpuPolicy.NO_SUBLEAF, 0x80000008, 0, 0, 0),
                    new CpuPolicy.Leaf(0x80000001, CpuPolicy.NO_SUBLEAF, 0, 0, 0x21, 0x2c100800)),
            List.of());

    /** A pool and how its scheduler works. */
    private static final class Pool {
        private final Scheduler scheduler;
        private final BitSet cpus = new BitSet();
        private Shares.Tuning tuning;

        Pool(Scheduler scheduler) {
            this.scheduler = scheduler;
            this.tuning = new Shares.Tuning(
                    scheduler == Scheduler.CREDIT ? DEFAULT_TIMESLICE_MILLIS : 0, DEFAULT_RATELIMIT_MICROS, 0);
        }
    }

    /** A domain's place and share. */
    private static final class Placed {
        private int pool;
        private final CpuPolicy policy;
        private Shares.Credit credit = new Shares.Credit(DEFAULT_WEIGHT, 0);
        private final Map<Integer, Shares.Budget> budgets = new HashMap<>();
        private final Map<Integer, BitSet> hard = new HashMap<>();
        private final Map<Integer, BitSet> soft = new HashMap<>();
        private Optional<BitSet> nodes = Optional.empty();

        Placed(CpuPolicy policy) {
            this.policy = policy;
        }
    }

    SimCpus(SimSettings settings) {
        this.settings = settings;
        Pool first = new Pool(Scheduler.CREDIT2);
        first.cpus.set(0, settings.cpus());
        pools.put(0, first);
        domains.put(DomainId.DOM0, new Placed(policy));
    }

    synchronized void enter(DomainId domain, int pool) {
        Placed placed = new Placed(policy);
        requirePool(pool);
        placed.pool = pool;
        domains.put(domain, placed);
    }

    synchronized void leave(DomainId domain) {
        domains.remove(domain);
    }

    synchronized int poolOf(DomainId domain) {
        Placed placed = domains.get(domain);
        return placed == null ? 0 : placed.pool;
    }

    private Placed require(DomainId domain) {
        Placed placed = domains.get(domain);
        if (placed == null) {
            throw new ToolstackException.DomainNotFound(domain.toString());
        }
        return placed;
    }

    private Pool requirePool(int number) {
        Pool pool = pools.get(number);
        if (pool == null) {
            throw refused("cpupool " + number, "ENOENT", "there is none");
        }
        return pool;
    }

    private static ToolstackException refused(String what, String errno, String why) {
        return new ToolstackException.HypercallRefused(
                "Xen refused a call about " + what + ": " + errno + " (" + why + ")", null);
    }

    private BitSet all() {
        BitSet set = new BitSet();
        set.set(0, settings.cpus());
        return set;
    }

    // What CPUs are.

    synchronized CpuPolicy policy() {
        return policy;
    }

    synchronized void policy(CpuPolicy next) {
        policy = next;
    }

    synchronized CpuPolicy policyOf(DomainId domain) {
        return require(domain).policy;
    }

    // Where vCPUs run.

    Processors.Topology topology(long freeKib) {
        int nodes = settings.nodes();
        List<Processors.Cpu> cpus = IntStream.range(0, settings.cpus())
                .mapToObj(cpu -> new Processors.Cpu(cpu, cpu, nodeOf(cpu), nodeOf(cpu)))
                .toList();
        List<Processors.Node> places = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            List<Integer> distances = new ArrayList<>();
            for (int other = 0; other < nodes; other++) {
                distances.add(node == other ? DISTANCE_LOCAL : DISTANCE_REMOTE);
            }
            places.add(new Processors.Node(node, settings.totalMemory().kib() / nodes, freeKib / nodes, distances));
        }
        return new Processors.Topology(settings.cpus(), cpus, places);
    }

    private int nodeOf(int cpu) {
        return cpu * settings.nodes() / settings.cpus();
    }

    synchronized BitSet hard(DomainId domain, int vcpu) {
        return (BitSet) require(domain).hard.getOrDefault(vcpu, all()).clone();
    }

    synchronized BitSet soft(DomainId domain, int vcpu) {
        return (BitSet) require(domain).soft.getOrDefault(vcpu, all()).clone();
    }

    synchronized Processors.Pinned pin(DomainId domain, int vcpu, Optional<BitSet> hard, Optional<BitSet> soft) {
        Placed placed = require(domain);
        BitSet usable = requirePool(placed.pool).cpus;
        Optional<BitSet> hardNow = hard.map(set -> and(set, usable));
        if (hardNow.isPresent() && hardNow.get().isEmpty()) {
            throw refused("the affinity of domain " + domain, "EINVAL", "no CPU of its cpupool is in it");
        }
        hard.ifPresent(set -> placed.hard.put(vcpu, and(set, all())));
        soft.ifPresent(set -> placed.soft.put(vcpu, and(set, all())));
        BitSet hardly = and(placed.hard.getOrDefault(vcpu, all()), usable);
        return new Processors.Pinned(hardNow, soft.map(set -> and(set, hardly)));
    }

    private static BitSet and(BitSet one, BitSet other) {
        BitSet both = (BitSet) one.clone();
        both.and(other);
        return both;
    }

    synchronized BitSet nodesOf(DomainId domain) {
        BitSet every = new BitSet();
        every.set(0, settings.nodes());
        return (BitSet) require(domain).nodes.orElse(every).clone();
    }

    synchronized void preferNodes(DomainId domain, BitSet nodes) {
        require(domain).nodes = Optional.of((BitSet) nodes.clone());
    }

    // Pools.

    synchronized List<CpuPools.Pool> listPools() {
        List<CpuPools.Pool> out = new ArrayList<>();
        pools.forEach((id, pool) -> out.add(new CpuPools.Pool(id, pool.scheduler, count(id), pool.cpus)));
        return List.copyOf(out);
    }

    private int count(int pool) {
        return (int) domains.values().stream().filter(d -> d.pool == pool).count();
    }

    synchronized BitSet freeCpus() {
        BitSet free = all();
        pools.values().forEach(pool -> free.andNot(pool.cpus));
        return free;
    }

    synchronized int createPool(Scheduler scheduler) {
        if (scheduler == Scheduler.SEDF || scheduler == Scheduler.UNKNOWN) {
            throw refused("a cpupool with scheduler " + scheduler.word(), "ENOENT", "this Xen has no such scheduler");
        }
        int id = 0;
        while (pools.containsKey(id)) {
            id++;
        }
        pools.put(id, new Pool(scheduler));
        return id;
    }

    synchronized void destroyPool(int id) {
        Pool pool = requirePool(id);
        if (id == 0 || count(id) > 0 || !pool.cpus.isEmpty()) {
            throw refused("cpupool " + id, "EBUSY", "it has domains or CPUs, or is the first");
        }
        pools.remove(id);
    }

    synchronized void addCpu(int id, int cpu) {
        Pool pool = requirePool(id);
        if (!freeCpus().get(cpu)) {
            throw refused("CPU " + cpu, "EBUSY", "a cpupool has it, or it is not there");
        }
        pool.cpus.set(cpu);
    }

    synchronized void removeCpu(int id, int cpu) {
        Pool pool = requirePool(id);
        if (!pool.cpus.get(cpu)) {
            throw refused("CPU " + cpu, "EINVAL", "it is not in cpupool " + id);
        }
        if (pool.cpus.cardinality() == 1 && count(id) > 0) {
            throw refused("CPU " + cpu, "EBUSY", "it is the last one of a cpupool with domains");
        }
        pool.cpus.clear(cpu);
    }

    synchronized void moveDomain(DomainId domain, int id) {
        if (requirePool(id).cpus.isEmpty()) {
            throw refused("cpupool " + id, "EINVAL", "it has no CPU");
        }
        require(domain).pool = id;
    }

    // Shares.

    private Placed underScheduler(DomainId domain, Scheduler... wanted) {
        Placed placed = require(domain);
        if (!List.of(wanted).contains(requirePool(placed.pool).scheduler)) {
            throw refused("the share of domain " + domain, "EINVAL", "its cpupool has another scheduler");
        }
        return placed;
    }

    /** A domain's cap, under whatever scheduler it is; 0: none. */
    synchronized int cap(DomainId domain) {
        return require(domain).credit.cap();
    }

    synchronized Shares.Credit credit(DomainId domain, Scheduler scheduler) {
        return underScheduler(domain, scheduler).credit;
    }

    synchronized void give(DomainId domain, Scheduler scheduler, Shares.Credit credit) {
        underScheduler(domain, scheduler).credit = credit;
    }

    synchronized Shares.Budget budget(DomainId domain, int vcpu) {
        return underScheduler(domain, Scheduler.RTDS)
                .budgets
                .getOrDefault(vcpu, new Shares.Budget(DEFAULT_PERIOD_MICROS, DEFAULT_BUDGET_MICROS, true));
    }

    synchronized void give(DomainId domain, List<Shares.VcpuBudget> budgets) {
        Placed placed = underScheduler(domain, Scheduler.RTDS);
        budgets.forEach(b -> placed.budgets.put(b.vcpu(), b.budget()));
    }

    synchronized Shares.Tuning tuning(int id) {
        return requirePool(id).tuning;
    }

    synchronized void tune(int id, Shares.Tuning tuning) {
        requirePool(id).tuning = tuning;
    }
}
