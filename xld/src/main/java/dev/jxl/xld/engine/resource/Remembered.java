package dev.jxl.xld.engine.resource;

import dev.jxl.config.CpuSet;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Processors.VcpuFacts;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Changes of a running domain's configuration, kept for when it is made again. Domains that jxl does not answer for are left. */
final class Remembered {
    private final Host host;
    private final Managed managed;

    Remembered(Host host, Managed managed) {
        this.host = host;
        this.managed = managed;
    }

    /** Changes what the domain will be made from again, in jxl's record and where xl looks for it. */
    void change(Found domain, UnaryOperator<DomainSpec> change) {
        managed.find(domain.uuid()).ifPresent(entry -> {
            DomainSpec spec = change.apply(entry.spec());
            if (!spec.equals(entry.spec())) {
                save(domain, entry, spec);
            }
        });
    }

    private void save(Found domain, Entry before, DomainSpec spec) {
        DomainId id = domain.id();
        DomainUuid uuid = domain.uuid();
        Optional<String> forXl = host.files().findUserdata(id, uuid);
        UndoStack.orPutBack(undo -> {
            undo.perform(
                    () -> managed.save(new Entry(spec, before.domid(), before.startPaused(), before.survivable())),
                    () -> managed.save(before));
            undo.perform(
                    () -> host.files().writeUserdata(id, uuid, LibxlJson.write(spec, uuid)),
                    () -> forXl.ifPresent(old -> host.files().writeUserdata(id, uuid, old)));
        });
    }

    /** Keeps where the vCPUs may run, and would best run, as it is now. */
    void affinity(Found domain, boolean hard, boolean soft) {
        if (managed.find(domain.uuid()).isEmpty()) {
            return;
        }
        List<VcpuFacts> vcpus = host.processors().listVcpus(domain.id());
        int cpus = host.processors().topology().maxCpus();
        change(domain, spec -> {
            var cpu = spec.cpu();
            return spec.toBuilder()
                    .cpu(cpu.withAffinity(
                            hard ? sets(vcpus, VcpuFacts::hard, cpus) : cpu.hardAffinity(),
                            soft ? sets(vcpus, VcpuFacts::soft, cpus) : cpu.softAffinity()))
                    .build();
        });
    }

    private static List<CpuSet> sets(List<VcpuFacts> vcpus, Function<VcpuFacts, BitSet> which, int cpus) {
        List<BitSet> sets = vcpus.stream().map(which).toList();
        if (sets.stream().allMatch(set -> set.nextClearBit(0) >= cpus)) {
            return List.of();
        }
        return sets.stream()
                .map(set -> new CpuSet(set.stream()
                        .filter(cpu -> cpu < Math.min(cpus, CpuSet.MOST))
                        .boxed()
                        .toList()))
                .toList();
    }
}
