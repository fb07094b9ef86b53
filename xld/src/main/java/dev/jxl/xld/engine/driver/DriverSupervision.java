package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.DriverSpec;
import dev.jxl.config.EventAction;
import dev.jxl.config.OnEvents;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.Restarts;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.model.RestartHistory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks after driver domains: one that fails is made again under its number, as often and as soon as its policy has it. */
public final class DriverSupervision {
    private static final System.Logger LOG = System.getLogger(DriverSupervision.class.getName());
    private static final Set<EventAction> RESTARTS =
            EnumSet.of(EventAction.RESTART, EventAction.RENAME_RESTART, EventAction.COREDUMP_RESTART);

    /** Operations on driver domains that outlive jxld. */
    public static final Set<String> KINDS =
            Set.of(DriverRestart.KIND, DriverDrain.KIND, DriverDrain.UNDO, DriverUpgrade.KIND);

    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final DriverRestart restart;
    private final Clock clock;
    private final DriverBeats beats = new DriverBeats();
    private final Set<DomainUuid> noted = ConcurrentHashMap.newKeySet();

    /** How long one was away is measured by the clock. */
    public DriverSupervision(
            Host host, Managed managed, Operations operations, DomainLog log, DriverRestart restart, Clock clock) {
        this.host = host;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
        this.restart = restart;
        this.clock = clock;
    }

    /** What is known of their heartbeats. */
    public DriverBeats beats() {
        return beats;
    }

    /** Whether a domain's end is this one's business. */
    public static boolean looksAfter(Entry entry) {
        return entry.domid().isPresent()
                && entry.spec().driver().filter(DriverSpec::restart).isPresent();
    }

    /** Whether one that stops for a reason is to be made again by its configuration alone, and therefore under its number. */
    public static boolean isMadeAgain(DomainSpec spec, Optional<ShutdownReason> reason) {
        OnEvents on = spec.onEvents();
        return spec.driverDomain()
                && reason.map(r -> switch (r) {
                            case POWEROFF -> on.poweroff();
                            case REBOOT -> on.reboot();
                            case CRASH -> on.crash();
                            case WATCHDOG -> on.watchdog();
                            default -> EventAction.PRESERVE;
                        })
                        .filter(RESTARTS::contains)
                        .isPresent();
    }

    /** Looks at the heartbeats, and says whether one has stood still for too long. */
    public boolean anyHangs() {
        boolean hangs = false;
        for (Entry entry : managed.list()) {
            if (looksAfter(entry)
                    && entry.survivable()
                    && operations.findHolder(entry.uuid()).isEmpty()) {
                hangs |= look(entry).isPresent() && managed.restarts().due(entry.uuid());
            }
        }
        return hangs;
    }

    /** For how long it has been hanging, when that is too long. */
    private Optional<Duration> look(Entry entry) {
        int limit = entry.spec().driver().map(DriverSpec::heartbeatSeconds).orElse(0);
        DomainId number = DriverRestart.number(entry);
        boolean runs = limit > 0
                && host.hypervisor()
                        .find(number)
                        .filter(f -> f.uuid().equals(entry.uuid()))
                        .map(DomainFacts::flags)
                        .filter(flags -> !flags.paused() && !flags.shutdown() && !flags.dying())
                        .isPresent();
        if (!runs) {
            beats.forget(entry.uuid());
            return Optional.empty();
        }
        noteOnce(entry, number);
        beats.seen(entry.uuid(), DriverHealth.heartbeat(host.store(), number));
        return beats.age(entry.uuid()).filter(age -> age.toSeconds() >= limit);
    }

    /** A device that was connected before the program said that it is ready: it is known now who serves it. */
    private void noteOnce(Entry entry, DomainId number) {
        if (!noted.contains(entry.uuid()) && DriverAnswers.ready(host.store(), number)) {
            DriverClients clients = new DriverClients(host);
            clients.noteInOrder(clients.list(number));
            noted.add(entry.uuid());
        }
    }

    /** Why a driver domain is to be made again; empty when it is well, or has been stopped on purpose. */
    public Optional<String> failure(Entry entry, Optional<Found> found) {
        if (!entry.survivable()) {
            return Optional.of("its restart was not finished");
        }
        if (found.isEmpty()) {
            return Optional.of("it has vanished");
        }
        return switch (found.get().state()) {
            case DomainState.Absent _, DomainState.Orphaned _, DomainState.Dying _ -> Optional.of("it has vanished");
            case DomainState.ShutDown(ShutdownReason reason) ->
                switch (reason) {
                    case CRASH, WATCHDOG -> Optional.of("it has crashed (" + reason.word() + ")");
                    case REBOOT ->
                        RESTARTS.contains(entry.spec().onEvents().reboot())
                                ? Optional.of("it has asked for a reboot")
                                : Optional.empty();
                    default -> Optional.empty();
                };
            case DomainState.Shell _ ->
                found.get().unfinished() ? Optional.of("its restart was not finished") : Optional.empty();
            case DomainState.Running _ ->
                look(entry).map(age -> "it hangs: its heartbeat has stood still for " + age.toSeconds() + " s");
            default -> Optional.empty();
        };
    }

    /** Makes it again, now or when it may be. */
    public void answer(Entry entry, String why) {
        Restarts restarts = managed.restarts();
        int number = entry.domid().orElseThrow();
        int attempts = entry.spec().driver().map(DriverSpec::attempts).orElse(0);
        restarts.stopped(entry.uuid(), number, attempts).ifPresent(history -> tell(entry, why, history));
        if (!restarts.due(entry.uuid())) {
            return;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "driver domain '" + entry.spec().name() + "' is made again under its number " + number + ": " + why);
        beats.forget(entry.uuid());
        noted.remove(entry.uuid());
        OperationRun _ = operations.startUnasked(
                DriverRestart.KIND,
                new Operations.Subject(entry.uuid(), entry.spec().name(), Optional.of(number)),
                restart.steps(),
                restart.whole(entry, why, clock.instant(), false));
    }

    private void tell(Entry entry, String why, RestartHistory history) {
        if (history.givenUp().isEmpty()) {
            return;
        }
        String name = entry.spec().name();
        LOG.log(
                System.Logger.Level.ERROR,
                "driver domain '" + name + "' is not made again (" + why + "): " + history.givenUp()
                        + "; its clients are without it until 'jxl driver restart " + name + "' succeeds");
        restart.tallies().degraded(entry.uuid());
        log.tell(
                "driver.degraded",
                entry.uuid(),
                name,
                entry.domid().orElse(-1),
                Map.of("why", why, "givenUp", history.givenUp()));
    }

    /**
     * Takes up what an earlier jxld had begun.
     *
     * @param open the operation, of one of {@link #KINDS}
     */
    public void takeUp(Entry entry, OperationView open) {
        if (open.kind().equals(DriverRestart.KIND)) {
            takeUpRestart(entry, open.started());
        } else if (restart.drain().isAlive(entry)) {
            Operations.Body body = switch (open.kind()) {
                case DriverDrain.KIND -> restart.drain().body(entry);
                case DriverDrain.UNDO -> restart.drain().undone(entry);
                default -> restart.upgrade().settled(entry);
            };
            OperationRun _ = operations.startUnasked(
                    open.kind(),
                    new Operations.Subject(
                            entry.uuid(),
                            entry.spec().name(),
                            Optional.of(entry.domid().orElseThrow())),
                    1,
                    body);
        }
    }

    private void takeUpRestart(Entry entry, Instant since) {
        DomainId number = DriverRestart.number(entry);
        boolean complete = entry.survivable()
                && host.hypervisor()
                        .find(number)
                        .filter(f -> f.uuid().equals(entry.uuid()))
                        .filter(f -> !f.flags().shutdown() && !f.flags().dying())
                        .isPresent();
        String why = "an interrupted restart";
        // One that was being drained has not been taken away yet.
        boolean draining = complete
                && new DriverClients(host)
                        .list(number).stream().anyMatch(d -> !d.drain().isEmpty());
        OperationRun _ = operations.startUnasked(
                DriverRestart.KIND,
                new Operations.Subject(entry.uuid(), entry.spec().name(), Optional.of(number.value())),
                restart.steps(),
                complete && !draining ? restart.rest(entry, why, since) : restart.whole(entry, why, since, draining));
    }
}
