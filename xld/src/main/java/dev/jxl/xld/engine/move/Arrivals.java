package dev.jxl.xld.engine.move;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.life.Creations;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Outage;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.IncomingGuest.ArrivingGuest;
import dev.jxl.xld.host.MigrationLink;
import java.util.Optional;

/** Takes guests that come over links, from the first word on. */
public final class Arrivals {
    private final Host host;
    private final Domains domains;
    private final Defined defined;
    private final Creations creations;
    private final DiskHooks hooks;

    /** Each is an operation that {@code creations} starts. */
    public Arrivals(Host host, Domains domains, Defined defined, Creations creations, DiskHooks hooks) {
        this.hooks = hooks;
        this.host = host;
        this.domains = domains;
        this.defined = defined;
        this.creations = creations;
    }

    /**
     * Starts to take one; returns when it is known which.
     *
     * @param link closed in the end, however it ends
     * @param ticket of another jxld's
     */
    public OperationRun receive(MigrationLink link, boolean paused, Optional<Arrival.Ticket> ticket) {
        try {
            new MigrationTalk(link, () -> {}).sayHello();
            ArrivingGuest guest = host.streams().receive(link);
            SpecReader.Reading reading =
                    SpecReader.readSaved(guest.configuration(), "the configuration that the sender has sent");
            Optional<DomainId> sender = findSender(reading.spec(), ticket.isPresent());
            return creations.receive(
                    Arrival.KIND,
                    guest,
                    new Arrival(guest.link(), reading.spec(), sender, ticket, hooks),
                    paused,
                    reading.warnings().stream()
                            .filter(p -> p.severity() == Severity.WARNING)
                            .toList());
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** Of this host, which no other jxld's guest comes from. */
    private Optional<DomainId> findSender(DomainSpec spec, boolean ofAnotherJxld) {
        if (ofAnotherJxld) {
            requireFreeName(spec);
            return Optional.empty();
        }
        defined.requireFreeName(spec.name(), spec.uuid().orElseThrow());
        return Twins.requireSender(Outage.told(domains::list), spec);
    }

    /** It is to have that name in the end, not at once: the plan does not look. */
    void requireFreeName(DomainSpec spec) {
        String name = spec.name();
        defined.requireFreeName(name, spec.uuid().orElseThrow());
        if (Outage.told(domains::list).stream().anyMatch(d -> d.name().equals(name))) {
            throw new ToolstackException.NameInUse(
                    "a domain named '" + name + "' exists here already: rename one of them");
        }
    }
}
