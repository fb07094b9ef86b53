package dev.jxl.xld.engine;

import dev.jxl.config.CpuSet;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.json.LibxlJson;
import dev.jxl.xld.engine.Domains.Found;
import dev.jxl.xld.engine.Managed.Entry;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Processors.VcpuFacts;
import java.util.BitSet;
import java.util.List;
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
                managed.save(new Entry(spec, entry.domid(), entry.startPaused(), entry.survivable()));
                writeForXl(domain, spec, entry);
            }
        });
    }

    private void writeForXl(Found domain, DomainSpec spec, Entry before) {
        try {
            host.files().writeUserdata(domain.id(), domain.uuid(), LibxlJson.write(spec, domain.uuid()));
        } catch (RuntimeException e) {
            managed.save(before);
            throw e;
        }
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
