package dev.jxl.xld.engine.resource;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException.OperationTimedOut;
import dev.jxl.xld.api.ToolstackException.WrongState;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Processors.Cpu;
import dev.jxl.xld.host.Processors.Topology;
import dev.jxl.xld.plan.Nodes;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * One cpupool for each NUMA node: the first pool keeps the first node, and dom0 as many vCPUs as that has CPUs.
 *
 * @source tools/xl/xl_cpupool.c: main_cpupoolnumasplit
 */
final class NumaSplit {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SLICE = Duration.ofMillis(500);

    private final Host host;
    private final PoolChanges pools;
    private final PoolNames names;

    NumaSplit(Host host, PoolChanges pools, PoolNames names) {
        this.host = host;
        this.pools = pools;
        this.names = names;
    }

    OperationRun start(Operations operations, Operations.Subject subject) {
        List<CpuPools.Pool> before = host.cpuPools().list();
        if (before.size() != 1) {
            throw new WrongState("this host has " + before.size()
                    + " cpupools already: it is split only when 'Pool-0' is the only one");
        }
        CpuPools.Pool first = before.getFirst();
        Topology topology = host.processors().topology();
        List<Integer> nodes = topology.cpus().stream().map(Cpu::node).distinct().toList();
        return operations.start("cpupool-numa-split", subject, nodes.size() + 1, List.of(), run -> {
            UndoStack.orPutBack(undo -> split(run, undo, first, topology, nodes));
        });
    }

    private void split(OperationRun run, UndoStack undo, CpuPools.Pool first, Topology topology, List<Integer> nodes) {
        BitSet own = topology.cpusOf(nodes.getFirst());
        run.step("fitting dom0 to the CPUs of node " + nodes.getFirst(), 0);
        BitSet missing = (BitSet) own.clone();
        missing.andNot(first.cpus());
        missing.stream().forEach(cpu -> pools.add(undo, first.id(), cpu));
        pools.rename(undo, first.id(), nameOf(nodes.getFirst()));
        shrinkDom0(run, undo, own.cardinality());
        int done = 1;
        for (int node : nodes.subList(1, nodes.size())) {
            run.step("making cpupool '" + nameOf(node) + "'", done++);
            BitSet cpus = topology.cpusOf(node);
            cpus.stream().filter(cpu -> first.cpus().get(cpu)).forEach(cpu -> pools.remove(undo, first.id(), cpu));
            pools.create(undo, nameOf(node), first.scheduler(), cpus);
        }
    }

    private String nameOf(int node) {
        String name = "Pool-node" + node;
        if (names.find(name).isPresent()) {
            throw new WrongState("a cpupool named '" + name + "' exists already");
        }
        return name;
    }

    private DomainFacts dom0() {
        return host.hypervisor().find(DomainId.DOM0).orElseThrow();
    }

    private void shrinkDom0(OperationRun run, UndoStack undo, int most) {
        DomainFacts before = dom0();
        if (before.onlineVcpus() <= most) {
            return;
        }
        undo.perform(() -> bringOnline(before, most), () -> bringOnline(before, before.onlineVcpus()));
        Duration left = PATIENCE;
        while (dom0().onlineVcpus() > most) {
            run.checkCancelled();
            if (left.isNegative() || left.isZero()) {
                throw new OperationTimedOut("dom0's change to " + most + " vCPUs", PATIENCE.toSeconds());
            }
            Optional<Boolean> _ =
                    host.store().await(Nodes.domain(DomainId.DOM0) + "/cpu", SLICE, s -> Optional.empty());
            left = left.minus(SLICE);
        }
    }

    private void bringOnline(DomainFacts dom0, int online) {
        host.store().change(t -> {
            for (int vcpu = 0; vcpu < dom0.maxVcpus(); vcpu++) {
                t.write(
                        Nodes.domain(DomainId.DOM0) + "/cpu/" + vcpu + "/availability",
                        vcpu < online ? "online" : "offline");
            }
        });
    }
}
