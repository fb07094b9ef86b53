package dev.jxl.xld.engine.action;

import dev.jxl.config.DomainId;
import dev.jxl.config.EventAction;
import dev.jxl.config.GuestType;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Trigger.Kind;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.life.CoreDumping;
import dev.jxl.xld.engine.move.HandOvers;
import dev.jxl.xld.engine.move.Migration;
import dev.jxl.xld.engine.move.Saving;
import dev.jxl.xld.engine.move.Suspension;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.Attention;
import dev.jxl.xld.model.Observation;
import dev.jxl.xld.plan.Nodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What can be done to a domain that exists, each as one operation. */
public final class Actions {
    /**
     * How long a guest may take to take notice of a request.
     *
     * @source tools/libs/light/libxl_domain.c: libxl__domain_pvcontrol
     */
    private static final Duration ACKNOWLEDGE = Duration.ofSeconds(60);

    private static final Set<EventAction> RESTARTS =
            EnumSet.of(EventAction.RESTART, EventAction.RENAME_RESTART, EventAction.COREDUMP_RESTART);
    private static final Duration CLEARING = Duration.ofMillis(200);
    private static final Duration SLICE = Duration.ofMillis(500);

    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final Destruction destruction;
    private final CoreDumping cores;
    private final Suspension suspension;
    private final Saving saving;
    private final Migration migration;
    private final Alteration alteration;
    private final HandOvers handOvers;
    private final Triggers triggers;
    private final CdDrives cds;

    /** Each is an operation that holds its domain; those that take long let it go while they only wait for the guest. */
    public Actions(
            Host host,
            Managed managed,
            Operations operations,
            DomainLog log,
            CoreDumping cores,
            Suspension suspension,
            Saving saving,
            Migration migration,
            Alteration alteration,
            HandOvers handOvers) {
        this.host = host;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
        this.destruction = new Destruction(host, managed, operations, log);
        this.cores = cores;
        this.suspension = suspension;
        this.saving = saving;
        this.migration = migration;
        this.alteration = alteration;
        this.handOvers = handOvers;
        this.triggers = new Triggers(host);
        this.cds = new CdDrives(host, managed, alteration);
    }

    /** Starts one, as an operation of its own. */
    public OperationRun start(Found domain, DomainAction action) {
        if (domain.id().equals(DomainId.DOM0)) {
            throw new ToolstackException.WrongState(
                    "domain 0 is the host itself: jxl does not " + action.word() + " it");
        }
        if (!(action instanceof DomainAction.Destroy)) {
            handOvers.requireHere(domain);
        }
        return switch (action) {
            case DomainAction.Destroy _ -> destruction.start(domain.subject());
            case DomainAction.Pause _ ->
                operations.start("pause", domain.subject(), 1, List.of(), run -> pause(domain, run));
            case DomainAction.Unpause _ ->
                operations.start("unpause", domain.subject(), 1, List.of(), run -> unpause(domain, run));
            case DomainAction.Shutdown s ->
                operations.start(
                        "shutdown",
                        domain.subject(),
                        2,
                        List.of(),
                        run -> ask(domain, run, "poweroff", s.fallbackAcpi(), s.untilGone()));
            case DomainAction.Reboot r ->
                operations.start(
                        "reboot",
                        domain.subject(),
                        2,
                        List.of(),
                        run -> ask(domain, run, "reboot", r.fallbackAcpi(), r.untilGone()));
            case DomainAction.Suspend _ ->
                operations.start("suspend", domain.subject(), 2, List.of(), run -> suspension.suspend(domain, run));
            case DomainAction.Resume _ ->
                operations.start("resume", domain.subject(), 1, List.of(), run -> suspension.resume(domain, run));
            case DomainAction.Rename(String name) ->
                operations.start("rename", domain.subject(), 1, List.of(), run -> alteration.rename(domain, name, run));
            case DomainAction.Reconfigure(CreateRequest request) ->
                operations.start(
                        "config-update",
                        domain.subject(),
                        1,
                        List.of(),
                        run -> alteration.reconfigure(domain, request, run));
            case DomainAction.DumpCore(Path file) -> {
                cores.requireWritable(file);
                yield operations.start("dump-core", domain.subject(), 1, List.of(), run -> dump(domain, file, run));
            }
            case DomainAction.Save save -> {
                saving.requirePossible(domain, save.file());
                yield operations.start(
                        Saving.KIND, domain.subject(), 2, List.of(), run -> saving.perform(domain, save, run));
            }
            case DomainAction.Migrate migrate -> {
                migration.requirePossible(domain, migrate);
                yield operations.start(
                        Migration.KIND, domain.subject(), 2, List.of(), run -> migration.perform(domain, migrate, run));
            }
            case DomainAction.Sysrq(char key) ->
                operations.start("sysrq", domain.subject(), 1, List.of(), run -> sysrq(domain, key, run));
            case DomainAction.Trigger(Kind kind, int vcpu) ->
                operations.start(
                        action.word(),
                        domain.subject(),
                        1,
                        List.of(),
                        run -> triggers.perform(domain, kind, vcpu, run));
            case DomainAction.ChangeCd(String vdev, Optional<Path> medium) ->
                operations.start(
                        action.word(), domain.subject(), 1, List.of(), run -> cds.change(domain, vdev, medium, run));
        };
    }

    /** Destroys a domain that jxl answers for, though it may be between two lives. */
    public OperationRun destroy(Entry entry) {
        return destruction.start(entry);
    }

    private void dump(Found domain, Path file, OperationRun run) {
        run.step("dumping the core of '" + domain.name() + "' to " + file, 0);
        cores.perform(domain.id(), file, run);
    }

    /** @source tools/libs/light/libxl_domain.c: libxl_send_sysrq */
    private void sysrq(Found domain, char key, OperationRun run) {
        run.step("sending SysRq '" + key + "' to '" + domain.name() + "'", 0);
        domain.refuseUnlessAlive("reache");
        host.store().write(Nodes.domain(domain.id()) + "/control/sysrq", String.valueOf(key));
    }

    private void pause(Found domain, OperationRun run) {
        run.step("pausing '" + domain.name() + "'", 0);
        domain.refuseUnlessAlive("pause");
        // Xen counts pauses; one more would need one more unpause, which no user expects.
        if (!current(domain).flags().paused()) {
            host.hypervisor().pause(domain.id());
        }
        log.seen(domain.id(), domain.uuid(), domain.name(), "paused");
    }

    private void unpause(Found domain, OperationRun run) {
        run.step("unpausing '" + domain.name() + "'", 0);
        domain.refuseUnlessAlive("unpause");
        if (current(domain).flags().paused()) {
            host.hypervisor().unpause(domain.id());
        }
        log.seen(domain.id(), domain.uuid(), domain.name(), "running");
    }

    private DomainFacts current(Found domain) {
        return host.hypervisor()
                .find(domain.id())
                .filter(f -> f.uuid().equals(domain.uuid()))
                .orElseThrow(() -> new ToolstackException.DomainNotFound(domain.name()));
    }

    private void ask(Found domain, OperationRun run, String word, boolean fallbackAcpi, boolean untilGone) {
        run.step("asking '" + domain.name() + "' for a " + word, 0);
        boolean comesBack = word.equals("reboot")
                && managed.find(domain.uuid())
                        .map(e -> RESTARTS.contains(e.spec().onEvents().reboot()))
                        .orElse(false);
        domain.refuseUnlessAlive(word.equals("poweroff") ? "power" : "reboote");
        if (current(domain).flags().paused()) {
            throw new ToolstackException.WrongState("domain '" + domain.name()
                    + "' is paused and cannot hear a request for a " + word + ": unpause it first");
        }
        managed.restarts().asked(domain.uuid());
        boolean pv = domain.type().filter(t -> t == GuestType.PV).isPresent()
                || host.hypervisor().hasPvDrivers(domain.id());
        if (pv) {
            host.store().write(Nodes.domain(domain.id()) + "/control/shutdown", word);
            awaitAcknowledge(domain, run, word);
        } else if (fallbackAcpi) {
            triggers.press(domain, word.equals("poweroff") ? Kind.POWER : Kind.RESET, 0);
        } else {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' has no PV drivers that listen to a "
                    + word + " request (it may still be booting): -F presses its ACPI button instead");
        }
        if (untilGone) {
            run.step("waiting for '" + domain.name() + "' to stop", 1);
            operations.release(domain.uuid(), run);
            awaitStop(domain, run, word.equals("reboot"), comesBack);
        }
    }

    private void awaitAcknowledge(Found domain, OperationRun run, String word) {
        XenStore store = host.store();
        String node = Nodes.domain(domain.id()) + "/control/shutdown";
        long end = System.nanoTime() + ACKNOWLEDGE.toNanos();
        while (System.nanoTime() < end) {
            run.checkCancelled();
            Optional<Boolean> heard = store.await(
                    node,
                    SLICE,
                    s -> s.find(node).filter(v -> !v.isEmpty()).isEmpty() ? Optional.of(true) : Optional.empty());
            if (heard.isPresent() || stopped(domain)) {
                return;
            }
        }
        throw new ToolstackException.OperationTimedOut(
                "an answer of '" + domain.name() + "' to the request for a " + word, ACKNOWLEDGE.toSeconds());
    }

    private boolean stopped(Found domain) {
        return host.hypervisor()
                .find(domain.id())
                .filter(f -> f.uuid().equals(domain.uuid()))
                .map(f -> f.flags().shutdown() || f.flags().dying())
                .orElse(true);
    }

    /** Waits without end, as xl's -w does; a cancel ends it. */
    private void awaitStop(Found domain, OperationRun run, boolean untilBack, boolean comesBack) {
        Optional<Boolean> over = Optional.empty();
        while (over.isEmpty()) {
            run.checkCancelled();
            // The watch wakes it when a domain goes; what follows (clearing, making it again) is nobody's event.
            over = host.store()
                    .await(
                            "@releaseDomain",
                            CLEARING,
                            s -> over(domain, untilBack, comesBack) ? Optional.of(true) : Optional.empty());
        }
    }

    private boolean over(Found domain, boolean untilBack, boolean comesBack) {
        boolean still = host.hypervisor()
                .find(domain.id())
                .filter(f -> f.uuid().equals(domain.uuid()))
                .filter(f -> !preserved(f, domain))
                .isPresent();
        if (still) {
            return false;
        }
        if (untilBack && comesBack && wasGivenUp(domain)) {
            throw new ToolstackException.BuildFailed(
                    "starting '" + domain.name() + "' again",
                    "it stopped, and making it anew failed; its operation of the kind restart tells why",
                    null);
        }
        return untilBack ? backAgain(domain, comesBack) : cleared(domain);
    }

    /** What the stopped domain left is cleared too: whoever waited may start another one with its disks. */
    private boolean cleared(Found domain) {
        return managed.find(domain.uuid())
                .map(e -> (e.domid().isPresent()
                                && e.domid().getAsInt() != domain.id().value())
                        || host.hypervisor().find(domain.id()).isPresent())
                .orElse(operations.findHolder(domain.uuid()).isEmpty());
    }

    /** Stopped and to stay so: nobody waits for more. Another toolstack's domains end here too. */
    private boolean preserved(DomainFacts facts, Found domain) {
        return facts.flags().shutdown()
                && operations.findHolder(domain.uuid()).isEmpty()
                && managed.find(domain.uuid())
                        .map(e -> Attention.of(new Observation(Optional.of(facts), true, false), managed.intent(e))
                                        instanceof Attention.Preserve
                                || !managed.restarts()
                                        .history(e.uuid())
                                        .givenUp()
                                        .isEmpty())
                        .orElse(false);
    }

    /** A domain that was to be made again: nothing is known of it any more, or that failed too often. */
    private boolean wasGivenUp(Found domain) {
        return managed.find(domain.uuid())
                        .map(e -> managed.awaits(e)
                                && !managed.restarts()
                                        .history(e.uuid())
                                        .givenUp()
                                        .isEmpty())
                        .orElse(true)
                && operations.findHolder(domain.uuid()).isEmpty();
    }

    /** One that jxl does not answer for is back when it is gone; one whose clean-up is not over yet is not, nor given up. */
    private boolean backAgain(Found domain, boolean comesBack) {
        return managed.find(domain.uuid())
                .map(e -> e.survivable()
                        && e.domid().isPresent()
                        && e.domid().getAsInt() != domain.id().value()
                        && operations.findHolder(domain.uuid()).isEmpty())
                .orElse(!comesBack);
    }
}
