package dev.jxl.xld.engine.resource;

import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xld.api.DomainChange;
import dev.jxl.xld.api.ToolstackException.InvalidRequest;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Processors;
import dev.jxl.xld.host.Processors.Pinned;
import dev.jxl.xld.host.Processors.Topology;
import dev.jxl.xld.host.Processors.VcpuFacts;
import dev.jxl.xld.plan.CpuRanges;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Where a domain's vCPUs run, and how many are online. */
final class VcpuChanges {
    private static final System.Logger LOG = System.getLogger(VcpuChanges.class.getName());

    private final Host host;
    private final Operations operations;
    private final Remembered remembered;

    VcpuChanges(Host host, Operations operations, Remembered remembered) {
        this.host = host;
        this.operations = operations;
        this.remembered = remembered;
    }

    /** @source tools/xl/xl_vcpu.c: main_vcpupin */
    OperationRun pin(Found domain, DomainChange.Pin wish) {
        if (wish.force() && wish.vcpu().isEmpty()) {
            throw new InvalidRequest("force is for one vCPU, not for all of domain '" + domain.name() + "'");
        }
        wish.vcpu().ifPresent(vcpu -> requireVcpu(domain, vcpu));
        Topology topology = host.processors().topology();
        Optional<BitSet> hard = wish.hardAffinity().map(text -> set(domain, "hard", text, topology));
        Optional<BitSet> soft = wish.softAffinity().map(text -> set(domain, "soft", text, topology));
        return operations.start("vcpu-pin", domain.subject(), 1, List.of(), run -> {
            run.step(words(domain, wish), 0);
            UndoStack.orPutBack(undo -> {
                for (VcpuFacts vcpu : wanted(domain, wish)) {
                    run.checkCancelled();
                    pin(domain, vcpu, hard, soft, wish.force(), undo);
                }
                remembered.affinity(domain, hard.isPresent(), soft.isPresent());
            });
        });
    }

    private static String words(Found domain, DomainChange.Pin wish) {
        String who = wish.vcpu().map(vcpu -> "vCPU " + vcpu).orElse("all vCPUs") + " of '" + domain.name() + "'";
        return "pinning " + who + wish.hardAffinity().map(t -> " to " + t).orElse("")
                + wish.softAffinity().map(t -> ", at best to " + t).orElse("");
    }

    private static BitSet set(Found domain, String which, String text, Topology topology) {
        try {
            return CpuRanges.parse(text, topology);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest(
                    "the " + which + " affinity for domain '" + domain.name() + "': " + e.getMessage());
        }
    }

    private static void requireVcpu(Found domain, int vcpu) {
        if (vcpu < 0 || vcpu >= domain.facts().maxVcpus()) {
            throw new InvalidRequest("domain '" + domain.name() + "' has no vCPU " + vcpu + ": they are 0 to "
                    + (domain.facts().maxVcpus() - 1));
        }
    }

    private List<VcpuFacts> wanted(Found domain, DomainChange.Pin wish) {
        return host.processors().listVcpus(domain.id()).stream()
                .filter(v -> wish.vcpu().map(number -> number == v.number()).orElse(true))
                .toList();
    }

    private void pin(
            Found domain, VcpuFacts vcpu, Optional<BitSet> hard, Optional<BitSet> soft, boolean force, UndoStack undo) {
        Processors processors = host.processors();
        List<Pinned> made = new ArrayList<>();
        undo.perform(
                () -> made.add(processors.pin(domain.id(), vcpu.number(), hard, soft, force)),
                () -> processors.pin(
                        domain.id(), vcpu.number(), hard.map(_ -> vcpu.hard()), soft.map(_ -> vcpu.soft()), false));
        if (made.getFirst().soft().filter(BitSet::isEmpty).isPresent()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "no CPU of the soft affinity of vCPU " + vcpu.number() + " of domain '" + domain.name()
                            + "' is one that it may run on: it has no effect");
        }
    }

    /** @source tools/xl/xl_vcpu.c: vcpuset; tools/libs/light/libxl_domain.c: libxl__set_vcpuonline_xenstore */
    OperationRun setOnline(Found domain, DomainChange.SetVcpus wish) {
        int most = domain.facts().maxVcpus();
        if (wish.online() < 1 || wish.online() > most) {
            throw new InvalidRequest("domain '" + domain.name() + "' can have 1 to " + most + " vCPUs, not "
                    + wish.online() + (wish.online() > most ? ": 'maxvcpus' in its configuration is the limit" : ""));
        }
        int cpus = host.processors().topology().maxCpus();
        if (!wish.ignoreHost() && wish.online() > domain.facts().onlineVcpus() && wish.online() > cpus) {
            throw new InvalidRequest("domain '" + domain.name() + "' would have " + wish.online()
                    + " vCPUs on a host of " + cpus + " CPUs: -i (--ignore-host) does it all the same");
        }
        return operations.start("vcpu-set", domain.subject(), 1, List.of(), run -> {
            run.step("switching '" + domain.name() + "' to " + wish.online() + " vCPU(s)", 0);
            bringOnline(host, domain, wish.online());
            remembered.change(
                    domain, spec -> spec.toBuilder().vcpus(wish.online()).build());
        });
    }

    /** Asks a guest to have so many vCPUs online; it does so when it listens. */
    static void bringOnline(Host host, Found domain, int online) {
        List<StoreWrite> writes = new ArrayList<>();
        for (int vcpu = 0; vcpu < domain.facts().maxVcpus(); vcpu++) {
            writes.add(new StoreWrite.Write(
                    Nodes.domain(domain.id()) + "/cpu/" + vcpu + "/availability",
                    vcpu < online ? "online" : "offline"));
        }
        host.store().change(t -> {
            t.performAll(writes);
        });
    }
}
