package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.Outage;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.IncomingGuest;
import dev.jxl.xld.plan.CreatePlan;
import java.util.List;
import java.util.Optional;

/** Starts creations: each name once at a time, none while the host's guests are being stopped. */
public final class Creations {
    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final NameReservations names;
    private final HostStopping stopping;

    /** A name that is being made is taken in {@code names}. */
    public Creations(
            Host host,
            Managed managed,
            Operations operations,
            DomainLog log,
            NameReservations names,
            HostStopping stopping) {
        this.host = host;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
        this.names = names;
        this.stopping = stopping;
    }

    /**
     * Plans, and starts to make.
     *
     * @param kind of the operation: create or start
     * @param source what the configuration is called, for messages
     * @param spec complete
     */
    public OperationRun start(String kind, String source, DomainSpec spec, boolean paused, List<SpecProblem> warnings) {
        return start(kind, source, spec, paused, warnings, Optional.empty());
    }

    /** The same, with a saved guest that comes into the domain. */
    public OperationRun start(
            String kind,
            String source,
            DomainSpec spec,
            boolean paused,
            List<SpecProblem> warnings,
            Optional<IncomingGuest> saved) {
        return start(kind, source, spec, paused, warnings, saved, Optional.empty());
    }

    /** The same, with a guest that is sent here; its name is kept for it. */
    public OperationRun receive(
            String kind, IncomingGuest guest, Arriving arrival, boolean paused, List<SpecProblem> warnings) {
        try (var name = names.reserve(arrival.spec().name())) {
            OperationRun run = start(
                    kind,
                    guest.source(),
                    arrival.incoming(),
                    paused,
                    warnings,
                    Optional.of(guest),
                    Optional.of(arrival));
            name.handOver();
            return run;
        }
    }

    private OperationRun start(
            String kind,
            String source,
            DomainSpec spec,
            boolean paused,
            List<SpecProblem> warnings,
            Optional<IncomingGuest> saved,
            Optional<Arriving> arrival) {
        if (stopping.isSet()) {
            throw new ToolstackException.WrongState("'" + spec.name()
                    + "' is not started: the guests of this host are being stopped ('jxl operations' shows it)");
        }
        requireNotAwaited(arrival.map(Arriving::spec).orElse(spec));
        try (var name = names.reserve(spec.name())) {
            boolean beside = arrival.flatMap(Arriving::sender).isPresent();
            CreatePlan plan = Outage.told(() -> beside
                    ? Snapshots.planBeside(host, source, spec, paused, saved.orElseThrow())
                    : Snapshots.plan(host, source, spec, paused, saved));
            String shown = arrival.map(a -> a.spec().name()).orElse(spec.name());
            var subject = new Operations.Subject(
                    plan.uuid(), shown, Optional.empty(), beside ? Twins.turnOfArrival(plan.uuid()) : plan.uuid());
            OperationRun run = Outage.told(() ->
                    operations.start(kind, subject, plan.steps().size(), warnings, r -> {
                        try {
                            perform(plan, paused, arrival, r);
                        } finally {
                            names.release(spec.name());
                        }
                    }));
            name.handOver();
            return run;
        }
    }

    /** A name or UUID of a guest that is between two lives is not free. */
    private void requireNotAwaited(DomainSpec spec) {
        managed.list().stream()
                .filter(e -> managed.awaits(e)
                        && (e.spec().name().equals(spec.name())
                                || e.spec().uuid().equals(spec.uuid())))
                .findFirst()
                .ifPresent(e -> {
                    String name = e.spec().name();
                    throw new ToolstackException.NameInUse("'" + name + "' (UUID " + e.uuid()
                            + ") has stopped and could not be made again so far: 'jxl start " + name
                            + "' tries it now, 'jxl destroy " + name + "' forgets it");
                });
    }

    /** However it ends, the sender of a guest that arrives hears of it, at least by the link's end. */
    private void perform(CreatePlan plan, boolean paused, Optional<Arriving> arrival, OperationRun run) {
        try {
            try {
                new Creation(host, managed, log, plan, paused, arrival, run).perform();
            } catch (RuntimeException e) {
                arrival.ifPresent(Arriving::failed);
                throw e;
            }
            arrival.ifPresent(Arriving::succeeded);
        } finally {
            arrival.ifPresent(a -> {
                a.close();
                names.release(a.spec().name());
            });
        }
    }
}
