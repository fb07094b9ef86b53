package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.LeftStopped;
import dev.jxl.xld.engine.domain.LeftStopped.Life;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.driver.DriverSupervision;
import dev.jxl.xld.engine.driver.ForeignDrivers;
import dev.jxl.xld.engine.driver.OtherOwners;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.plan.Nodes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Stopped guests that another toolstack made. Whoever made one does what its on_… action says, as long as it lives; when it is gone,
 * jxl answers for the guest from then on, and the guest gets what a guest of jxl's gets. In doubt the other one lives: a guest that
 * is made again by two is worse than one that stays stopped, of which jxl tells.
 *
 * <p>For one thread, the supervisor's.
 *
 * @source tools/xl/xl_vmcontrol.c: create_domain, handle_domain_death, preserve_domain
 */
final class AbandonedGuests {
    private static final System.Logger LOG = System.getLogger(AbandonedGuests.class.getName());

    /** A process that is looked for while it turns into a daemon may be missed, once. */
    private static final Duration SURELY_GONE = Duration.ofSeconds(2);

    /** A toolstack that lives has long acted then. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Set<ShutdownReason> ANSWERED = EnumSet.of(
            ShutdownReason.POWEROFF,
            ShutdownReason.REBOOT,
            ShutdownReason.CRASH,
            ShutdownReason.WATCHDOG,
            ShutdownReason.SOFT_RESET);

    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final LeftStopped left;
    private final Map<Life, Stop> stops = new HashMap<>();

    /** When it was seen stopped first, and since when without anybody who looks after it; by the clock of {@link System#nanoTime}. */
    private record Stop(long seen, Optional<Long> alone) {}

    AbandonedGuests(Host host, Managed managed, Operations operations, DomainLog log, LeftStopped left) {
        this.left = left;
        this.host = host;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
    }

    /**
     * Looks after those among the host's domains.
     *
     * @param taken called when jxl answers for one more
     * @return whether that is to be done again soon, although nothing may be announced
     */
    boolean attend(List<Found> all, Runnable taken) {
        Map<Life, Found> stopped =
                all.stream().filter(this::isStranger).collect(Collectors.toMap(f -> Life.of(f.facts()), f -> f));
        stops.keySet().retainAll(stopped.keySet());
        if (stopped.isEmpty()) {
            return false;
        }
        OtherOwners owners = new OtherOwners(host, all);
        boolean soon = false;
        for (Map.Entry<Life, Found> one : stopped.entrySet()) {
            Found guest = one.getValue();
            try {
                soon |= attend(one.getKey(), guest, owners.find(guest), taken);
            } catch (ToolstackException | UncheckedIOException e) {
                left.add(guest, "what it needs cannot be seen: " + e.getMessage(), "mend that first");
            }
        }
        return soon;
    }

    /** Of jxl's own nobody else is asked; what is being removed has lost its name. */
    private boolean isStranger(Found f) {
        return f.state() instanceof DomainState.ShutDown(ShutdownReason reason)
                && ANSWERED.contains(reason)
                && !f.id().equals(DomainId.DOM0)
                && !f.unfinished()
                && !f.name().equals(Domains.NO_NAME)
                && managed.find(f.uuid()).isEmpty()
                && !managed.listUnreadable().containsKey(f.uuid())
                && operations.findHolder(f.uuid()).isEmpty()
                && operations.findHolder(Twins.turnOfArrival(f.uuid())).isEmpty();
    }

    private boolean attend(Life life, Found guest, Optional<String> owner, Runnable taken) {
        long now = System.nanoTime();
        Stop before = stops.getOrDefault(life, new Stop(now, Optional.empty()));
        Stop stop = new Stop(
                before.seen(),
                owner.isPresent() ? Optional.empty() : before.alone().or(() -> Optional.of(now)));
        stops.put(life, stop);
        if (owner.isPresent()) {
            boolean late = now - stop.seen() >= PATIENCE.toNanos();
            if (late && !isKept(guest)) {
                left.add(
                        guest,
                        owner.get(),
                        "where that does nothing, it is to be ended: jxl does it then; " + destroy(guest));
            }
            return !late;
        }
        if (now - stop.alone().orElseThrow() < SURELY_GONE.toNanos()) {
            return true;
        }
        takeOver(guest, taken);
        return false;
    }

    private void takeOver(Found guest, Runnable taken) {
        if (isKept(guest) || !stillSo(guest)) {
            return;
        }
        Optional<String> json = host.files().findUserdata(guest.id(), guest.uuid());
        if (json.isEmpty()) {
            left.add(guest, "there is no configuration of it: " + file(guest) + " is missing", destroy(guest));
            return;
        }
        try {
            own(guest, SpecReader.readLeft(json.get(), file(guest)));
            left.remove(guest);
            taken.run();
        } catch (ToolstackException.InvalidSpec e) {
            left.add(guest, String.valueOf(e.getMessage()), destroy(guest));
        }
    }

    /** On purpose, beside the one that was made again: by xl it has another UUID in xenstore, by jxl another one in its configuration. */
    private boolean isKept(Found guest) {
        if (!host.store().find(Nodes.domain(guest.id()) + "/vm").equals(Optional.of(Nodes.vm(guest.uuid())))) {
            return true;
        }
        try {
            return host.files()
                    .findUserdata(guest.id(), guest.uuid())
                    .map(json -> SpecReader.readLeft(json, file(guest)).spec())
                    .filter(spec -> !spec.uuid().equals(Optional.of(guest.uuid())))
                    .isPresent();
        } catch (ToolstackException.InvalidSpec e) {
            return false;
        }
    }

    private static String file(Found guest) {
        return "/var/lib/xen/userdata-d." + guest.id() + "." + guest.uuid() + ".libxl-json";
    }

    /** After the look for its owner: what that one may have done as its last is done by now. */
    private boolean stillSo(Found guest) {
        List<DomainFacts> same = host.hypervisor().listDomains().stream()
                .filter(f -> f.uuid().equals(guest.uuid()) && !f.flags().dying())
                .toList();
        return same.size() == 1
                && same.getFirst().id().equals(guest.id())
                && same.getFirst().shutdownReason().equals(guest.facts().shutdownReason());
    }

    /** From here on it is as one of jxl's: what it needs follows from its state. */
    private void own(Found guest, SpecReader.Reading reading) {
        DomainSpec named = reading.spec().toBuilder().name(guest.name()).build();
        DomainSpec spec = DriverSupervision.isMadeAgain(named, guest.facts().shutdownReason())
                ? ForeignDrivers.supervised(named)
                : named;
        managed.save(new Entry(spec, OptionalInt.of(guest.id().value()), false, true));
        String why =
                "it has stopped (" + LeftStopped.reason(guest.facts()) + "), and whoever made it does not run any more";
        LOG.log(System.Logger.Level.INFO, "domain '" + guest.name() + "' is taken over: " + why);
        Map<String, String> data = new TreeMap<>(Map.of("why", why));
        if (!reading.warnings().isEmpty()) {
            data.put(
                    "warnings",
                    reading.warnings().stream().map(SpecProblem::toString).collect(Collectors.joining("; ")));
        }
        log.tell("domain.taken-over", guest.uuid(), guest.name(), guest.id().value(), data);
    }

    private static String destroy(Found guest) {
        return "'jxl destroy " + guest.id() + "' removes it";
    }
}
