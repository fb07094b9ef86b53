package dev.jxl.xld.engine.action;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.life.Teardown;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.Operations.Subject;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Takes a domain away because a user wants it gone. What jxl is doing with the domain by itself, as starting it again after a crash,
 * is cancelled for that; what a user has asked for is not.
 */
final class Destruction {
    /** How long what is cancelled may take to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;

    Destruction(Host host, Managed managed, Operations operations, DomainLog log) {
        this.host = host;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
    }

    /** Destroys a domain that jxl answers for, though it may be between two lives. */
    OperationRun start(Entry entry) {
        OptionalInt domid = entry.domid();
        return start(new Subject(
                entry.uuid(),
                entry.spec().name(),
                domid.isPresent() ? Optional.of(domid.getAsInt()) : Optional.empty()));
    }

    /**
     * Destroys a domain.
     *
     * @throws dev.jxl.xld.api.ToolstackException.DomainBusy when what a user has asked for is under way
     */
    OperationRun start(Subject subject) {
        return operations.startInstead("destroy", subject, 1, PATIENCE, run -> {
            run.step("destroying '" + subject.name() + "'", 0);
            Optional<DomainId> current = current(subject);
            new Teardown(host, log).perform(current, subject.uuid(), run::cleaning);
            Twins.forget(host, managed, subject.uuid(), current);
        });
    }

    /** Its number now, or the last one that it is known to have had: what was cancelled may have given it another one. */
    private Optional<DomainId> current(Subject subject) {
        DomainUuid uuid = subject.uuid();
        Optional<DomainId> asked = subject.domid().map(DomainId::new);
        boolean guest = managed.find(uuid)
                .filter(e -> !e.spec().name().equals(subject.name()))
                .isEmpty();
        if (!guest && Twins.isOther(host, managed, uuid, asked)) {
            // What a migration to this host has left of a guest: it is not the guest's other domain that is to go.
            return asked;
        }
        List<DomainId> there = host.hypervisor().listDomains().stream()
                .filter(f -> f.uuid().equals(uuid))
                .sorted(Comparator.comparing(f -> f.flags().dying()))
                .map(DomainFacts::id)
                .toList();
        return asked.filter(there::contains)
                .or(() -> there.stream().findFirst())
                .or(() -> managed.find(uuid)
                        .filter(e -> e.domid().isPresent())
                        .map(e -> new DomainId(e.domid().getAsInt())))
                .or(() -> asked);
    }
}
