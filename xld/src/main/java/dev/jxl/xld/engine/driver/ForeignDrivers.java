package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DriverSpec;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Driver domains that run and that another toolstack made, by the configuration that libxl keeps. jxl shows them, and answers for one from
 * the moment that a user orders something for it, if nobody else does: two that make one domain again are worse than none.
 */
public final class ForeignDrivers {
    private static final System.Logger LOG = System.getLogger(ForeignDrivers.class.getName());

    private final Host host;
    private final Domains domains;
    private final Managed managed;
    private final DomainLog log;

    /** By what jxl keeps. */
    public ForeignDrivers(Host host, Domains domains, Managed managed, DomainLog log) {
        this.host = host;
        this.domains = domains;
        this.managed = managed;
        this.log = log;
    }

    /** All of them, as jxl would answer for them; not saved. */
    List<Entry> list() {
        return domains.list().stream().flatMap(f -> entry(f).stream()).toList();
    }

    /** The one that a user means. */
    Optional<Entry> find(String reference) {
        return domains.find(reference).flatMap(this::entry);
    }

    private Optional<Entry> entry(Found found) {
        boolean stranger = !found.id().equals(DomainId.DOM0)
                && !found.unfinished()
                && (found.state() instanceof DomainState.Running || found.state() instanceof DomainState.Paused)
                && managed.find(found.uuid()).isEmpty()
                && !managed.listUnreadable().containsKey(found.uuid());
        return stranger ? spec(found).map(spec -> entry(found, spec)) : Optional.empty();
    }

    private static Entry entry(Found found, DomainSpec spec) {
        return new Entry(spec, OptionalInt.of(found.id().value()), false, true);
    }

    private Optional<DomainSpec> spec(Found found) {
        try {
            return host.files()
                    .findUserdata(found.id(), found.uuid())
                    .map(json -> SpecReader.readLeft(json, "the configuration of '" + found.name() + "'")
                            .spec())
                    .filter(DomainSpec::driverDomain)
                    .map(spec -> spec.toBuilder()
                            .name(found.name())
                            .uuid(Optional.of(found.uuid()))
                            .build());
        } catch (ToolstackException.InvalidSpec e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "'" + found.name() + "' is taken for no driver domain: " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * From here on jxl answers for one of {@link #list}, by the standard policy.
     *
     * @throws ToolstackException.WrongState when somebody else does
     */
    synchronized Entry takeOver(Entry foreign) {
        Optional<Entry> faster = managed.find(foreign.uuid());
        if (faster.isPresent()) {
            return faster.get();
        }
        String name = foreign.spec().name();
        Found found = domains.require(DriverRestart.number(foreign).toString());
        new OtherOwners(host, domains.list()).find(found).ifPresent(owner -> {
            throw new ToolstackException.WrongState("driver domain '" + name + "' was not made by jxl, and " + owner
                    + ": two would make it again. End that first (a process of xl: 'kill' it, which does nothing to the domain); jxl"
                    + " looks after the domain then");
        });
        Entry own = supervised(foreign);
        managed.save(own);
        String why = "a user orders something for it, and whoever made it does not run any more";
        LOG.log(System.Logger.Level.INFO, "driver domain '" + name + "' is taken over: " + why);
        log.tell("domain.taken-over", own.uuid(), name, own.domid().orElseThrow(), Map.of("why", why));
        return own;
    }

    private static Entry supervised(Entry foreign) {
        return new Entry(supervised(foreign.spec()), foreign.domid(), false, true);
    }

    /** With a policy: under another number it would be of no use to its clients. */
    public static DomainSpec supervised(DomainSpec spec) {
        return spec.toBuilder()
                .driver(Optional.of(spec.driver().orElse(DriverSpec.STANDARD)))
                .build();
    }
}
