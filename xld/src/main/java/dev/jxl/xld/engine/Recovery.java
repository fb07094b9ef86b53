package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.ErrorCode;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Failure;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.action.Alteration;
import dev.jxl.xld.engine.definition.HostStart;
import dev.jxl.xld.engine.definition.HostStop;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.driver.DriverSupervision;
import dev.jxl.xld.engine.hotplug.AnyHotplug;
import dev.jxl.xld.engine.hotplug.Hotplug;
import dev.jxl.xld.engine.hotplug.PciHotplug;
import dev.jxl.xld.engine.hotplug.UsbHotplug;
import dev.jxl.xld.engine.life.ArrivedName;
import dev.jxl.xld.engine.life.SoftReset;
import dev.jxl.xld.engine.life.Teardown;
import dev.jxl.xld.engine.move.Arrival;
import dev.jxl.xld.engine.move.DiskHooks;
import dev.jxl.xld.engine.move.HandOvers;
import dev.jxl.xld.engine.move.InterruptedSuspends;
import dev.jxl.xld.engine.move.Migration;
import dev.jxl.xld.engine.move.Saving;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.QemuState;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.store.EventLog;
import dev.jxl.xld.store.HandOverRecords.HandOver;
import dev.jxl.xld.store.HandOverRecords.State;
import dev.jxl.xld.store.Journal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an earlier jxld left open, at start: a creation that came to its last steps is finished, any other is taken back; a
 * destruction is finished; each is reported in the log, as an event, and as the operation's end.
 */
final class Recovery {
    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());
    private static final Set<State> MAY_HAVE_RUN = EnumSet.of(State.STARTING, State.RUNS);

    private final Host host;
    private final Journal journal;
    private final Managed managed;
    private final Operations operations;
    private final EventLog events;
    private final Domains domains;
    private final Alteration alteration;
    private final DomainLog log;
    private final AnyHotplug hotplug;
    private final Saving saving;
    private final Migration migration;
    private final HandOvers handOvers;
    private final InterruptedSuspends suspends;
    private final DiskHooks hooks;
    private final List<String> hostStarts = new ArrayList<>();
    private final Map<Entry, OperationView> drivers = new LinkedHashMap<>();

    Recovery(
            Host host,
            Journal journal,
            Managed managed,
            Operations operations,
            EventLog events,
            Domains domains,
            Alteration alteration,
            DomainLog log,
            AnyHotplug hotplug,
            Saving saving,
            Migration migration,
            HandOvers handOvers,
            InterruptedSuspends suspends,
            DiskHooks hooks) {
        this.hooks = hooks;
        this.host = host;
        this.journal = journal;
        this.managed = managed;
        this.operations = operations;
        this.events = events;
        this.domains = domains;
        this.alteration = alteration;
        this.log = log;
        this.hotplug = hotplug;
        this.saving = saving;
        this.migration = migration;
        this.handOvers = handOvers;
        this.suspends = suspends;
    }

    /**
     * A restart to be taken up again.
     *
     * @param kept the stopped domain that is to be kept under another name first
     */
    record Interrupted(Entry entry, Optional<DomainId> kept) {}

    /** Starts and stops of all guests that were under way, by their kinds; once recovery is done. */
    List<String> hostStarts() {
        return List.copyOf(hostStarts);
    }

    /** Driver domains with what was under way with them; once recovery is done. */
    Map<Entry, OperationView> drivers() {
        return Map.copyOf(drivers);
    }

    private String takeUpDriver(OperationView open, Optional<Entry> entry) {
        Optional<Entry> known = entry.filter(e -> e.domid().isPresent());
        known.ifPresent(e -> drivers.put(e, open));
        String words = known.isPresent() ? "it is taken up again" : "nothing is known of the domain any more";
        return failed(open, words);
    }

    /** Does it; gives the domains that an interrupted restart left to be made again. */
    List<Interrupted> perform() {
        List<Interrupted> again = new ArrayList<>();
        // Guests that arrive first: one that comes from this host goes on there only when it is known that it does not
        // here.
        List<OperationView> left = journal.listOpen().stream()
                .sorted(Comparator.comparing(open -> !open.kind().equals(Arrival.KIND)))
                .toList();
        for (OperationView open : left) {
            String outcome = recover(open, again);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "an earlier jxld ended during '" + open.kind() + "' of '" + open.domainName() + "' (" + open.step()
                            + "): " + outcome);
            events.add(
                    "daemon.recovered",
                    open.domainUuid(),
                    open.domainName(),
                    open.domid().orElse(-1),
                    Map.of("operation", open.id(), "kind", open.kind(), "step", open.step(), "outcome", outcome));
        }
        handOvers.closeArrivals();
        // A destroy that had cancelled a restart is done by now, and the domain is forgotten.
        again.removeIf(restart -> !managed.isCurrent(restart.entry()));
        return List.copyOf(again);
    }

    private String recover(OperationView open, List<Interrupted> again) {
        DomainUuid uuid = DomainUuid.parse(open.domainUuid());
        Optional<Entry> entry = managed.find(uuid);
        if (DriverSupervision.KINDS.contains(open.kind())) {
            return takeUpDriver(open, entry);
        }
        return switch (open.kind()) {
            case Arrival.KIND -> recoverArrival(open, uuid, entry, again);
            case "create", "start", "restore", "restart", "rename-restart" -> recoverCreation(open, uuid, entry, again);
            case SoftReset.KIND -> recoverSoftReset(open, uuid, entry, again);
            case "destroy", "cleanup" -> finishRemoval(open, uuid, entry);
            case "attach", "detach", PciHotplug.ATTACH, PciHotplug.DETACH, UsbHotplug.ATTACH, UsbHotplug.DETACH -> {
                Hotplug.Outcome outcome = find(open, uuid)
                        .map(domain -> hotplug.recover(domain, open))
                        .orElse(new Hotplug.Outcome(false, "its domain is gone"));
                yield outcome.succeeded() ? succeeded(open, outcome.words()) : failed(open, outcome.words());
            }
            case Saving.KIND -> recoverSave(open, uuid, entry);
            case Migration.KIND -> recoverMigration(open, uuid, entry);
            case InterruptedSuspends.KIND ->
                failed(
                        open,
                        find(open, uuid)
                                .flatMap(domain -> suspends.recover(domain, open))
                                .orElse("it was taken up again"));
            case HostDoctor.KIND -> failed(open, "what it had not come to is left; 'jxl doctor --fix' does it");
            case HostStart.KIND, HostStop.KIND -> {
                hostStarts.add(open.kind());
                operations.endRecovered(open, Status.FAILED, Optional.of(interrupted(open, "it was taken up again")));
                yield "it is taken up again";
            }
            default -> {
                settle(open);
                String message = "jxld was restarted meanwhile; 'jxl list' shows how the domain is now";
                operations.endRecovered(
                        open,
                        Status.FAILED,
                        Optional.of(new Failure(ErrorCode.OPERATION_CANCELLED.code(), open.step(), message)));
                yield "it was given up, the domain was left as it is";
            }
        };
    }

    private String recoverSave(OperationView open, DomainUuid uuid, Optional<Entry> entry) {
        List<String> stays = new ArrayList<>();
        if (saving.recover(
                open, find(open, uuid), d -> suspends.recover(d, open).ifPresent(stays::add))) {
            return finishRemoval(open, uuid, entry);
        }
        String words = stays.isEmpty() ? "the guest was let go on, without a file" : stays.getFirst();
        return failed(open, words);
    }

    private String recoverMigration(OperationView open, DomainUuid uuid, Optional<Entry> entry) {
        Optional<HandOver> given = handOvers.find(open.id());
        if (given.isPresent()) {
            return recoverGiven(open, given.get());
        }
        if (migration.runsElsewhere(open)) {
            return finishRemoval(open, uuid, entry);
        }
        String words = migration.recover(open, find(open, uuid), d -> suspends.recover(d, open));
        return failed(open, words);
    }

    private String recoverGiven(OperationView open, HandOver given) {
        String peer = given.peer();
        String words = switch (given.state()) {
            case GONE -> "it runs on " + peer + " and is removed here";
            case KEPT -> "it goes on here: it does not run on " + peer;
            default -> peer + " is asked whether it runs there; until that is known it stands still here";
        };
        return given.state() == State.GONE ? succeeded(open, words) : failed(open, words);
    }

    private Optional<Found> find(OperationView open, DomainUuid uuid) {
        return domains.list().stream()
                .filter(d -> d.uuid().equals(uuid) && open.domid().orElse(d.id().value()) == d.id().value())
                .findFirst();
    }

    private String finishRemoval(OperationView open, DomainUuid uuid, Optional<Entry> entry) {
        Twins.forget(host, managed, uuid, teardown(open, uuid, entry));
        return succeeded(open, "it was finished");
    }

    /** What an operation on a living domain may have left between two of its effects. */
    private void settle(OperationView open) {
        try {
            switch (open.kind()) {
                case "rename" -> alteration.followStore(domains.require(open.domainUuid()));
                case "resume" -> {
                    Found domain = domains.require(open.domainUuid());
                    if (!domain.facts().flags().shutdown()) {
                        host.store().resume(domain.id().value());
                    }
                }
                default -> {}
            }
        } catch (ToolstackException.DomainNotFound e) {
            LOG.log(System.Logger.Level.DEBUG, "the domain of an interrupted operation is gone", e);
        }
    }

    /** The guest's record says whether it was handed over, where its sender is on this host too. */
    private String recoverArrival(OperationView open, DomainUuid uuid, Optional<Entry> entry, List<Interrupted> again) {
        Optional<DomainId> arrived = open.domid().map(DomainId::new);
        Optional<Entry> complete = entry.filter(Entry::survivable);
        boolean twin = Twins.findOther(host, uuid, arrived).isPresent();
        boolean handedOver = complete.filter(e -> e.domid().isPresent()
                        && open.domid().equals(Optional.of(e.domid().getAsInt())))
                .isPresent();
        if (handedOver && twin) {
            return finishHandOver(open, complete.orElseThrow(), arrived.orElseThrow());
        }
        if (handedOver || !(complete.isPresent() || (entry.isEmpty() && twin))) {
            return recoverCreation(open, uuid, entry, again);
        }
        Optional<DomainId> sender = Twins.findSender(host, uuid, arrived, entry);
        Twins.findOther(host, uuid, sender)
                .or(() -> arrived)
                .ifPresent(d -> new Teardown(host, log).perform(Optional.of(d), uuid, words -> {}));
        sender.ifPresent(d -> Twins.giveVm(host, d, uuid));
        return failed(open, "everything that it had made was removed");
    }

    /** It may have run already: its sender never runs again, even if it has ended meanwhile. */
    private String finishHandOver(OperationView open, Entry entry, DomainId arrived) {
        Optional<DomainFacts> alive = host.hypervisor()
                .find(arrived)
                .filter(f -> f.uuid().equals(entry.uuid()) && !f.flags().dying());
        if (alive.isEmpty()) {
            new Teardown(host, log).perform(Optional.of(arrived), entry.uuid(), words -> {});
        } else {
            host.store().remove(Nodes.mark(arrived));
            ArrivedName.takeUp(host, arrived, entry.uuid(), entry.spec().name());
            if (!entry.startPaused() && alive.get().flags().paused()) {
                host.hypervisor().unpause(arrived);
            }
        }
        return succeeded(open, "the guest was handed over, and is domain " + arrived + " now");
    }

    /** One that is still as it was is reset by the supervisor; of one that is not in one piece the memory is lost. */
    private String recoverSoftReset(
            OperationView open, DomainUuid uuid, Optional<Entry> entry, List<Interrupted> again) {
        open.domid().map(DomainId::new).map(QemuState::reset).ifPresent(host.streams()::discard);
        boolean untouched = entry.filter(Entry::survivable).isPresent()
                && find(open, uuid).filter(f -> f.facts().flags().shutdown()).isPresent();
        if (untouched) {
            return failed(open, "nothing had been taken from it; it is begun anew");
        }
        entry.filter(e -> !e.survivable())
                .ifPresent(
                        e -> SoftReset.tellFailed(log, e, open.domid().orElse(-1), "jxld ended while " + open.step()));
        return recoverCreation(open, uuid, entry, again);
    }

    private String recoverCreation(
            OperationView open, DomainUuid uuid, Optional<Entry> entry, List<Interrupted> again) {
        Optional<HandOver> arriving =
                open.kind().equals(Arrival.KIND) ? handOvers.findArriving(uuid) : Optional.empty();
        Optional<DomainFacts> alive = host.hypervisor().listDomains().stream()
                .filter(f -> f.uuid().equals(uuid) && !f.flags().dying())
                .findFirst();
        if (entry.filter(Entry::survivable).isPresent() && alive.isPresent()) {
            boolean _ = managed.saves().spend(uuid);
            if (open.kind().equals(Arrival.KIND)) {
                ArrivedName.takeUp(
                        host, alive.get().id(), uuid, entry.get().spec().name());
            }
        }
        if (entry.isPresent()
                && entry.get().survivable()
                && alive.isPresent()
                && entry.get().domid().isPresent()
                && entry.get().domid().getAsInt() == alive.get().id().value()
                && !alive.get().flags().shutdown()) {
            host.store().remove(Nodes.mark(alive.get().id()));
            arriving.ifPresent(handOvers::starting);
            if (!entry.get().startPaused() && alive.get().flags().paused()) {
                host.hypervisor().unpause(alive.get().id());
            }
            return succeeded(open, "the domain was complete, it was started");
        }
        boolean mayHaveRun =
                arriving.filter(a -> MAY_HAVE_RUN.contains(a.state())).isPresent()
                        && entry.filter(Entry::survivable).isPresent();
        arriving.filter(a -> mayHaveRun).ifPresent(handOvers::runs);
        if (mayHaveRun && alive.isPresent()) {
            return succeeded(open, "the domain had been started, and has stopped since");
        }
        Optional<DomainId> kept = stoppedAndToBeKept(open, entry);
        if (kept.isEmpty()) {
            teardown(open, uuid, entry);
        }
        if ((open.kind().endsWith("restart") || open.kind().equals(SoftReset.KIND)) && entry.isPresent()) {
            again.add(new Interrupted(entry.get(), kept));
            operations.endRecovered(open, Status.FAILED, Optional.of(interrupted(open, "it is made again")));
            return "what was left was removed, the domain is made again";
        }
        managed.remove(uuid);
        if (open.kind().equals(Arrival.KIND) && !mayHaveRun) {
            entry.map(Entry::spec).map(Arrival::arrived).ifPresent(hooks::releaseAgain);
        }
        arriving.filter(a -> !mayHaveRun).ifPresent(handOvers::refused);
        return failed(open, "everything that it had made was removed");
    }

    /** The old domain of a restart that keeps it, when the new one had not been begun. */
    private Optional<DomainId> stoppedAndToBeKept(OperationView open, Optional<Entry> entry) {
        if (!open.kind().equals("rename-restart")
                || entry.isEmpty()
                || entry.get().domid().isEmpty()) {
            return Optional.empty();
        }
        return host.hypervisor()
                .find(new DomainId(entry.get().domid().getAsInt()))
                .filter(f -> f.flags().shutdown() && !f.flags().dying())
                .map(DomainFacts::id);
    }

    private String succeeded(OperationView open, String words) {
        operations.endRecovered(open, Status.SUCCEEDED, Optional.empty());
        return words;
    }

    private String failed(OperationView open, String words) {
        operations.endRecovered(open, Status.FAILED, Optional.of(interrupted(open, words)));
        return words;
    }

    private static Failure interrupted(OperationView open, String what) {
        return new Failure(
                ErrorCode.OPERATION_CANCELLED.code(),
                open.step(),
                "jxld ended while " + open.step() + "; when it came back, " + what);
    }

    /** Gives the number of what it took away. */
    private Optional<DomainId> teardown(OperationView open, DomainUuid uuid, Optional<Entry> entry) {
        Optional<DomainId> asked = open.domid().map(DomainId::new);
        if (Twins.isOther(host, managed, uuid, asked)) {
            new Teardown(host, log).perform(asked, uuid, words -> {});
            return asked;
        }
        Optional<DomainId> known = Twins.find(host, uuid)
                .or(() -> entry.filter(e -> e.domid().isPresent())
                        .map(e -> new DomainId(e.domid().getAsInt())))
                .or(() -> asked);
        new Teardown(host, log).perform(known, uuid, words -> {});
        return known;
    }
}
