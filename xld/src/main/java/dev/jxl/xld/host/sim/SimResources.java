package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainMemory;
import dev.jxl.xld.host.Processors;
import dev.jxl.xld.host.Scheduler;
import dev.jxl.xld.host.Shares;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The ports to the simulated host's CPUs and memory. */
final class SimResources {
    private SimResources() {}

    private static DomainFacts facts(SimXen xen, DomainId domain) {
        return domain.equals(DomainId.DOM0) ? xen.dom0() : xen.require(domain).facts();
    }

    static Processors processors(Incarnation life, SimXen xen) {
        return new SimProcessors(life, xen);
    }

    private record SimProcessors(Incarnation life, SimXen xen) implements Processors {
        @Override
        public Topology topology() {
            return life.call(
                    "processors.topology",
                    () -> xen.cpus().topology(xen.memory().freeKib()));
        }

        @Override
        public List<PciPlace> listPciPlaces() {
            return life.call("processors.listPciPlaces", List::of);
        }

        @Override
        public List<VcpuFacts> listVcpus(DomainId domain) {
            return life.call("processors.listVcpus " + domain, () -> {
                DomainFacts facts = facts(xen, domain);
                return IntStream.range(0, facts.maxVcpus())
                        .mapToObj(vcpu -> vcpu(facts, vcpu))
                        .toList();
            });
        }

        private VcpuFacts vcpu(DomainFacts facts, int vcpu) {
            BitSet hard = xen.cpus().hard(facts.id(), vcpu);
            boolean online = vcpu < facts.onlineVcpus();
            boolean running = online && facts.flags().running();
            return new VcpuFacts(
                    vcpu,
                    online,
                    online && !running,
                    running,
                    online ? facts.cpuTimeNanos() / facts.onlineVcpus() : 0,
                    Math.max(0, hard.nextSetBit(0)),
                    hard,
                    xen.cpus().soft(facts.id(), vcpu));
        }

        @Override
        public Pinned pin(DomainId domain, int vcpu, Optional<BitSet> hard, Optional<BitSet> soft, boolean force) {
            return life.call("processors.pin " + domain + " " + vcpu, () -> {
                if (vcpu >= facts(xen, domain).maxVcpus()) {
                    throw new ToolstackException.HypercallRefused(
                            "Xen refused pinning vCPU " + vcpu + " of domain " + domain + ": EINVAL", null);
                }
                return xen.cpus().pin(domain, vcpu, hard, soft);
            });
        }

        @Override
        public BitSet nodesOf(DomainId domain) {
            return life.call("processors.nodesOf " + domain, () -> xen.cpus().nodesOf(domain));
        }

        @Override
        public void preferNodes(DomainId domain, BitSet nodes) {
            life.perform("processors.preferNodes " + domain, () -> xen.cpus().preferNodes(domain, nodes));
        }
    }

    static CpuPools cpuPools(Incarnation life, SimXen xen) {
        return new SimCpuPools(life, xen);
    }

    private record SimCpuPools(Incarnation life, SimXen xen) implements CpuPools {
        @Override
        public List<Pool> list() {
            return life.call("cpuPools.list", () -> xen.cpus().listPools());
        }

        @Override
        public BitSet freeCpus() {
            return life.call("cpuPools.freeCpus", () -> xen.cpus().freeCpus());
        }

        @Override
        public Scheduler defaultScheduler() {
            return life.call("cpuPools.defaultScheduler", () -> Scheduler.CREDIT2);
        }

        @Override
        public int create(Scheduler scheduler) {
            return life.call("cpuPools.create", () -> xen.cpus().createPool(scheduler));
        }

        @Override
        public void destroy(int pool) {
            life.perform("cpuPools.destroy " + pool, () -> xen.cpus().destroyPool(pool));
        }

        @Override
        public void addCpu(int pool, int cpu) {
            life.perform("cpuPools.addCpu " + pool + " " + cpu, () -> xen.cpus().addCpu(pool, cpu));
        }

        @Override
        public void removeCpu(int pool, int cpu) {
            life.perform(
                    "cpuPools.removeCpu " + pool + " " + cpu, () -> xen.cpus().removeCpu(pool, cpu));
        }

        @Override
        public void moveDomain(DomainId domain, int pool) {
            life.perform("cpuPools.moveDomain " + domain, () -> xen.cpus().moveDomain(domain, pool));
        }
    }

    static Shares shares(Incarnation life, SimXen xen) {
        return new SimShares(life, xen);
    }

    private record SimShares(Incarnation life, SimXen xen) implements Shares {
        @Override
        public Credit credit(DomainId domain, Scheduler scheduler) {
            return life.call("shares.credit " + domain, () -> xen.cpus().credit(domain, scheduler));
        }

        @Override
        public void give(DomainId domain, Scheduler scheduler, Credit credit) {
            life.perform("shares.give " + domain, () -> xen.cpus().give(domain, scheduler, credit));
        }

        @Override
        public Budget budget(DomainId domain) {
            return life.call("shares.budget " + domain, () -> xen.cpus().budget(domain, -1));
        }

        @Override
        public List<VcpuBudget> budgets(DomainId domain, List<Integer> vcpus) {
            return life.call(
                    "shares.budgets " + domain,
                    () -> vcpus.stream()
                            .map(vcpu -> new VcpuBudget(vcpu, xen.cpus().budget(domain, vcpu)))
                            .toList());
        }

        @Override
        public void give(DomainId domain, List<VcpuBudget> budgets) {
            life.perform("shares.give " + domain, () -> xen.cpus().give(domain, budgets));
        }

        @Override
        public Tuning tuning(int pool, Scheduler scheduler) {
            return life.call("shares.tuning " + pool, () -> xen.cpus().tuning(pool));
        }

        @Override
        public void tune(int pool, Scheduler scheduler, Tuning tuning) {
            life.perform("shares.tune " + pool, () -> xen.cpus().tune(pool, tuning));
        }
    }

    static DomainMemory memory(Incarnation life, SimXen xen) {
        return new SimDomainMemory(life, xen);
    }

    private record SimDomainMemory(Incarnation life, SimXen xen) implements DomainMemory {
        @Override
        public List<Use> list() {
            return life.call(
                    "domainMemory.list",
                    () -> xen.list().stream()
                            .map(f -> new Use(f.id(), f.memoryKib(), f.outstandingKib(), 0, f.maxMemoryKib()))
                            .toList());
        }

        @Override
        public void limit(DomainId domain, long kib) {
            life.perform("domainMemory.limit " + domain, () -> {
                if (!domain.equals(DomainId.DOM0)) {
                    xen.require(domain).limitMemory(kib);
                }
            });
        }

        @Override
        public void populate(DomainId domain, long kib) {
            life.perform("domainMemory.populate " + domain, () -> facts(xen, domain));
        }
    }
}
