package dev.jxl.xld.engine.resource;

import dev.jxl.config.CpuSet;
import dev.jxl.config.CpuSpec;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.SchedulerSpec;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Processors;
import dev.jxl.xld.host.Processors.Topology;
import dev.jxl.xld.host.Scheduler;
import dev.jxl.xld.host.Shares;
import dev.jxl.xld.plan.NumaPlacement;
import dev.jxl.xld.plan.Planner;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where a new domain's vCPUs run and what they get, before it has memory: that is taken from the nodes chosen here.
 *
 * @source tools/libs/light/libxl_dom.c: libxl__build_pre; tools/libs/light/libxl_sched.c: libxl_domain_sched_params_set
 */
public final class VcpuPlacement {
    private final Host host;
    private final DomainId domain;
    private final DomainSpec spec;

    private VcpuPlacement(Host host, DomainId domain, DomainSpec spec) {
        this.host = host;
        this.domain = domain;
        this.spec = spec;
    }

    /** Does it. */
    public static void perform(Host host, DomainId domain, DomainSpec spec) {
        new VcpuPlacement(host, domain, spec).perform();
    }

    private void perform() {
        CpuPools.Pool pool = pool();
        if (Planner.choosesNodes(spec)) {
            chooseNodes(pool);
        }
        CpuSpec cpu = spec.cpu();
        int pinned = Math.max(cpu.hardAffinity().size(), cpu.softAffinity().size());
        for (int vcpu = 0; vcpu < Math.min(pinned, spec.maxVcpus()); vcpu++) {
            host.processors().pin(domain, vcpu, at(cpu.hardAffinity(), vcpu), at(cpu.softAffinity(), vcpu), false);
        }
        if (!cpu.scheduler().equals(SchedulerSpec.DEFAULT)) {
            give(pool.scheduler(), cpu.scheduler());
        }
    }

    private CpuPools.Pool pool() {
        int number = facts().cpupool();
        return host.cpuPools().list().stream()
                .filter(p -> p.id() == number)
                .findFirst()
                .orElseThrow(() -> new ToolstackException.CpuPoolNotFound(Integer.toString(number)));
    }

    private DomainFacts facts() {
        return host.hypervisor().find(domain).orElseThrow(() -> new ToolstackException.DomainNotFound(spec.name()));
    }

    private static Optional<BitSet> at(List<CpuSet> sets, int vcpu) {
        if (vcpu >= sets.size()) {
            return Optional.empty();
        }
        BitSet set = new BitSet();
        sets.get(vcpu).numbers().forEach(set::set);
        return Optional.of(set);
    }

    private void chooseNodes(CpuPools.Pool pool) {
        Topology topology = host.processors().topology();
        if (topology.nodes().size() <= 1) {
            return;
        }
        Optional<BitSet> nodes =
                NumaPlacement.choose(topology, pool.cpus(), loads(), Planner.needKib(spec), spec.maxVcpus());
        if (nodes.isEmpty()) {
            return;
        }
        BitSet cpus = new BitSet();
        nodes.get().stream().forEach(node -> cpus.or(topology.cpusOf(node)));
        for (int vcpu = 0; vcpu < spec.maxVcpus(); vcpu++) {
            host.processors().pin(domain, vcpu, Optional.empty(), Optional.of(cpus), false);
        }
        host.processors().preferNodes(domain, nodes.get());
    }

    /** A domain that ends meanwhile is no load. */
    private List<NumaPlacement.Load> loads() {
        List<CpuPools.Pool> pools = host.cpuPools().list();
        List<NumaPlacement.Load> loads = new ArrayList<>();
        for (DomainFacts other : host.hypervisor().listDomains()) {
            try {
                BitSet cpus = pools.stream()
                        .filter(p -> p.id() == other.cpupool())
                        .findFirst()
                        .map(CpuPools.Pool::cpus)
                        .orElseGet(BitSet::new);
                BitSet nodes = host.processors().nodesOf(other.id());
                for (Processors.VcpuFacts vcpu : host.processors().listVcpus(other.id())) {
                    loads.add(new NumaPlacement.Load(vcpu.hard(), cpus, nodes));
                }
            } catch (ToolstackException.DomainNotFound | ToolstackException.HypercallRefused e) {
                System.getLogger(VcpuPlacement.class.getName())
                        .log(System.Logger.Level.DEBUG, "domain " + other.id() + " is not counted", e);
            }
        }
        return loads;
    }

    private void give(Scheduler scheduler, SchedulerSpec wish) {
        if (scheduler == Scheduler.CREDIT || scheduler == Scheduler.CREDIT2) {
            Shares.Credit now = host.shares().credit(domain, scheduler);
            host.shares()
                    .give(
                            domain,
                            scheduler,
                            new Shares.Credit(
                                    wish.weight().orElse(now.weight()),
                                    wish.cap().orElse(now.cap())));
        } else if (scheduler == Scheduler.RTDS) {
            Shares.Budget now = host.shares().budget(domain);
            Shares.Budget then = new Shares.Budget(
                    wish.periodMicros().map(Integer::longValue).orElse(now.periodMicros()),
                    wish.budgetMicros().map(Integer::longValue).orElse(now.budgetMicros()),
                    wish.extratime().orElse(now.extraTime()));
            host.shares()
                    .give(
                            domain,
                            IntStream.range(0, spec.maxVcpus())
                                    .mapToObj(vcpu -> new Shares.VcpuBudget(vcpu, then))
                                    .toList());
        }
    }
}
