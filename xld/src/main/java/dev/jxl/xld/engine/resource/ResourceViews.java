package dev.jxl.xld.engine.resource;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.CpuPoolView;
import dev.jxl.xld.api.MemoryView;
import dev.jxl.xld.api.NumaView;
import dev.jxl.xld.api.ShareView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.VcpuView;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.DomainMemory;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Processors;
import dev.jxl.xld.host.Scheduler;
import dev.jxl.xld.host.Shares;
import dev.jxl.xld.plan.CpuRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** CPUs and memory as they are now: asked of Xen and xenstore each time. A domain that ends meanwhile is left out. */
final class ResourceViews {
    private final Host host;
    private final PoolNames names;

    ResourceViews(Host host, PoolNames names) {
        this.host = host;
        this.names = names;
    }

    private static <T> List<T> ofEach(List<Found> domains, Function<Found, List<T>> views) {
        List<T> out = new ArrayList<>();
        for (Found domain : domains) {
            try {
                out.addAll(views.apply(domain));
            } catch (ToolstackException.DomainNotFound | ToolstackException.HypercallRefused e) {
                if (host(domain)) {
                    throw e;
                }
            }
        }
        return List.copyOf(out);
    }

    /** What fails for dom0 is no domain that ended. */
    private static boolean host(Found domain) {
        return domain.id().equals(DomainId.DOM0);
    }

    List<VcpuView> vcpus(List<Found> domains) {
        int cpus = host.processors().topology().maxCpus();
        return ofEach(
                domains,
                d -> host.processors().listVcpus(d.id()).stream()
                        .map(v -> new VcpuView(
                                d.id().value(),
                                d.name(),
                                v.number(),
                                v.online(),
                                v.blocked(),
                                v.running(),
                                v.cpuTimeNanos(),
                                v.online() ? Optional.of(v.cpu()) : Optional.empty(),
                                CpuRanges.text(v.hard(), cpus),
                                CpuRanges.text(v.soft(), cpus)))
                        .toList());
    }

    List<MemoryView> memory(List<Found> domains) {
        Map<DomainId, DomainMemory.Use> uses = host.domainMemory().list().stream()
                .collect(Collectors.toMap(DomainMemory.Use::domain, use -> use, (a, b) -> b));
        return ofEach(
                domains,
                d -> Optional.ofNullable(uses.get(d.id())).map(use -> view(d, use)).stream()
                        .toList());
    }

    private MemoryView view(Found domain, DomainMemory.Use use) {
        MemoryChanges.Targets targets = MemoryChanges.Targets.read(host.store(), domain.id());
        return new MemoryView(
                domain.id().value(),
                domain.name(),
                use.usedKib(),
                use.claimedKib(),
                use.sharedKib(),
                targets.target().map(kib -> kib + targets.video()),
                targets.maximum().map(kib -> kib + targets.video()),
                use.limitKib() == Long.MAX_VALUE ? Optional.empty() : Optional.of(use.limitKib()));
    }

    List<ShareView> shares(List<Found> domains) {
        Map<Integer, Scheduler> schedulers =
                host.cpuPools().list().stream().collect(Collectors.toMap(CpuPools.Pool::id, CpuPools.Pool::scheduler));
        return ofEach(
                domains, d -> List.of(share(d, schedulers.getOrDefault(d.facts().cpupool(), Scheduler.UNKNOWN))));
    }

    private ShareView share(Found d, Scheduler scheduler) {
        boolean byCredit = scheduler == Scheduler.CREDIT || scheduler == Scheduler.CREDIT2;
        Optional<Shares.Credit> credit =
                byCredit ? Optional.of(host.shares().credit(d.id(), scheduler)) : Optional.empty();
        Optional<Shares.Budget> budget =
                scheduler == Scheduler.RTDS ? Optional.of(host.shares().budget(d.id())) : Optional.empty();
        List<Integer> vcpus = budget.isEmpty()
                ? List.of()
                : IntStream.range(0, d.facts().maxVcpus()).boxed().toList();
        return new ShareView(
                d.id().value(),
                d.name(),
                d.facts().cpupool(),
                scheduler.word(),
                credit.map(Shares.Credit::weight),
                credit.map(Shares.Credit::cap),
                budget.map(Shares.Budget::periodMicros),
                budget.map(Shares.Budget::budgetMicros),
                budget.map(Shares.Budget::extraTime),
                (vcpus.isEmpty() ? List.<Shares.VcpuBudget>of() : host.shares().budgets(d.id(), vcpus))
                        .stream()
                                .map(v -> new ShareView.VcpuShareView(
                                        v.vcpu(),
                                        v.budget().periodMicros(),
                                        v.budget().budgetMicros(),
                                        v.budget().extraTime()))
                                .toList());
    }

    List<CpuPoolView> pools() {
        return host.cpuPools().list().stream().map(this::view).toList();
    }

    CpuPoolView pool(String reference) {
        return view(names.require(reference));
    }

    private CpuPoolView view(CpuPools.Pool pool) {
        boolean credit = pool.scheduler() == Scheduler.CREDIT;
        Optional<Shares.Tuning> tuning =
                credit || pool.scheduler() == Scheduler.CREDIT2 ? tuning(pool) : Optional.empty();
        return new CpuPoolView(
                pool.id(),
                names.name(pool.id()),
                pool.scheduler().word(),
                pool.cpus().stream().boxed().toList(),
                pool.domains(),
                tuning.filter(_ -> credit).map(Shares.Tuning::timesliceMillis),
                tuning.map(Shares.Tuning::ratelimitMicros),
                tuning.filter(_ -> credit).map(Shares.Tuning::migrationDelayMicros));
    }

    /** Xen has none for a pool without CPUs. */
    private Optional<Shares.Tuning> tuning(CpuPools.Pool pool) {
        try {
            return Optional.of(host.shares().tuning(pool.id(), pool.scheduler()));
        } catch (ToolstackException.HypercallRefused e) {
            return Optional.empty();
        }
    }

    NumaView numa() {
        Processors.Topology topology = host.processors().topology();
        return new NumaView(
                topology.cpus().stream()
                        .map(c -> new NumaView.CpuPlace(c.number(), c.core(), c.socket(), c.node()))
                        .toList(),
                topology.nodes().stream()
                        .map(n -> new NumaView.NodeView(n.number(), n.sizeKib(), n.freeKib(), n.distances()))
                        .toList(),
                host.processors().listPciPlaces().stream()
                        .map(p -> new NumaView.DevicePlace(p.address(), p.node()))
                        .toList(),
                host.cpuPools().freeCpus().stream().boxed().toList());
    }
}
