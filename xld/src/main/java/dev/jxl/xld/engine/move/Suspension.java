package dev.jxl.xld.engine.move;

import dev.jxl.config.DomainId;
import dev.jxl.config.GuestType;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.plan.Nodes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Has a guest suspend itself, its memory staying where it is, and lets it go on.
 *
 * @source tools/libs/light/libxl_dom_suspend.c: domain_suspend_callback_common, libxl__domain_resume
 */
public final class Suspension {
    private static final System.Logger LOG = System.getLogger(Suspension.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final long SLICES = PATIENCE.dividedBy(SLICE);
    private static final String SUSPEND = "suspend";
    private static final String ASKING = ": asking it to suspend";

    private final Host host;
    private final DomainLog log;

    /** What becomes of the guest is told to the log. */
    public Suspension(Host host, DomainLog log) {
        this.host = host;
        this.log = log;
    }

    /** Suspends a guest because a user wants it. */
    public void suspend(Found domain, OperationRun run) {
        run.step("asking '" + domain.name() + "' to suspend", 0);
        domain.refuseUnlessAlive(SUSPEND + "e");
        suspend(domain, run, false, () -> run.step("waiting until '" + domain.name() + "' is suspended", 1));
    }

    /** The same in the middle of another operation: when it fails for whatever reason, the guest goes on. */
    void suspendMeanwhile(Found domain, OperationRun run, String doing) {
        run.mark(doing + ASKING);
        suspend(domain, run, true, () -> run.phase(doing + ": waiting until it is suspended"));
    }

    private void suspend(Found domain, OperationRun run, boolean orGoOn, Runnable taken) {
        String name = domain.name();
        if (!host.hypervisor().hasPvDrivers(domain.id())) {
            throw new ToolstackException.WrongState(
                    "domain '" + name
                            + "' has no PV drivers that could suspend it (it may still be booting): 'jxl pause' stops its vCPUs");
        }
        String node = Nodes.domain(domain.id()) + "/control/shutdown";
        host.store().write(node, SUSPEND);
        try {
            awaitTaken(domain, node, run);
            taken.run();
            awaitSuspended(domain, run);
            tellDeviceModel(domain, "stop");
        } catch (RuntimeException e) {
            takeBack(domain, node, orGoOn || e instanceof ToolstackException.OperationCancelled, e);
            throw e;
        }
        log.seen(domain.id(), domain.uuid(), name, "shutdown");
    }

    private void awaitTaken(Found domain, String node, OperationRun run) {
        for (int slice = 0; slice < SLICES; slice++) {
            run.checkCancelled();
            Optional<Boolean> taken = host.store()
                    .await(
                            node,
                            SLICE,
                            s -> s.find(node).filter(SUSPEND::equals).isEmpty() ? Optional.of(true) : Optional.empty());
            if (taken.isPresent()) {
                return;
            }
        }
        throw new ToolstackException.OperationTimedOut(
                "an answer of '" + domain.name() + "' to the request to suspend", PATIENCE.toSeconds());
    }

    private void awaitSuspended(Found domain, OperationRun run) {
        ShutdownReason stopped = awaitStop(domain, run)
                .orElseThrow(() -> new ToolstackException.OperationTimedOut(
                        "the suspend of '" + domain.name() + "'", PATIENCE.toSeconds()));
        if (stopped != ShutdownReason.SUSPEND) {
            throw new ToolstackException.WrongState(
                    "domain '" + domain.name() + "' was asked to suspend and stopped (" + stopped.word() + ") instead");
        }
    }

    private Optional<ShutdownReason> awaitStop(Found domain, OperationRun run) {
        for (int slice = 0; slice < SLICES; slice++) {
            run.checkCancelled();
            Optional<ShutdownReason> stopped = host.store().await("@releaseDomain", SLICE, s -> reason(domain));
            if (stopped.isPresent()) {
                return stopped;
            }
        }
        return Optional.empty();
    }

    private Optional<ShutdownReason> reason(Found domain) {
        return find(domain)
                .orElseThrow(() -> new ToolstackException.DomainNotFound(domain.name()))
                .shutdownReason();
    }

    private Optional<DomainFacts> find(Found domain) {
        return host.hypervisor()
                .find(domain.id())
                .filter(f -> f.uuid().equals(domain.uuid()) && !f.flags().dying());
    }

    /** A guest that has not taken the request never will; one that has is let go on as soon as it has suspended. */
    private void takeBack(Found domain, String node, boolean letGoOn, RuntimeException because) {
        try {
            if (!withdraw(node) && letGoOn) {
                Optional<ShutdownReason> stopped = host.store().await("@releaseDomain", PATIENCE, s -> reason(domain));
                if (stopped.filter(ShutdownReason.SUSPEND::equals).isPresent()) {
                    letGoOn(domain.id());
                }
            }
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    /** Whether the guest had not taken the request, and will not see it any more. */
    private boolean withdraw(String node) {
        return host.store().transaction(t -> {
            boolean waiting = t.find(node).filter(SUSPEND::equals).isPresent();
            if (waiting) {
                t.write(node, "");
            }
            return waiting;
        });
    }

    /** Lets a suspended guest go on because a user wants it. */
    public void resume(Found domain, OperationRun run) {
        run.step("letting '" + domain.name() + "' go on", 0);
        if (!(domain.state() instanceof DomainState.ShutDown(ShutdownReason reason))
                || reason != ShutdownReason.SUSPEND) {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' is not suspended, it is "
                    + domain.state().word() + ": 'jxl unpause' is for paused domains");
        }
        tellDeviceModel(domain, "cont");
        letGoOn(domain.id());
        log.seen(domain.id(), domain.uuid(), domain.name(), "running");
    }

    /**
     * Takes back a suspend in whose middle an earlier jxld ended.
     *
     * @return whether that is done: otherwise the guest may have taken the request without having followed it yet
     */
    boolean recover(Found domain, boolean asked) {
        boolean withdrawn = withdraw(Nodes.domain(domain.id()) + "/control/shutdown");
        Optional<ShutdownReason> stopped = find(domain).flatMap(DomainFacts::shutdownReason);
        if (stopped.filter(ShutdownReason.SUSPEND::equals).isPresent()) {
            letGoOn(domain);
        } else if (stopped.isEmpty()) {
            // The earlier jxld may have ended between the two halves of letting it go on.
            host.store().resume(domain.id().value());
        }
        return withdrawn || !asked || stopped.isPresent();
    }

    /** Whether an earlier jxld may have asked the guest for a suspend in that operation, and knew of no end of it. */
    static boolean mayHaveAsked(OperationView open) {
        return open.step().endsWith(ASKING);
    }

    /** Lets a guest go on as soon as it is suspended; one that is not after a minute has not taken the request. */
    void letGoOnWhenSuspended(Found domain, OperationRun run) {
        if (awaitStop(domain, run).filter(ShutdownReason.SUSPEND::equals).isPresent()) {
            letGoOn(domain);
        }
    }

    /**
     * Has a suspended domain go on, and its device model. That the device model has ended meanwhile is for the supervisor to answer,
     * and no reason for the guest to stand still.
     */
    void letGoOn(Found domain) {
        try {
            tellDeviceModel(domain, "cont");
        } catch (ToolstackException.DeviceModelFailed e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "'" + domain.name() + "' is let go on without its device model: " + e.getMessage());
        }
        letGoOn(domain.id());
        log.seen(domain.id(), domain.uuid(), domain.name(), "running");
    }

    /** @source tools/libs/light/libxl_qmp.c: libxl__qmp_suspend_save */
    private void tellDeviceModel(Found domain, String command) {
        if (domain.type().filter(t -> t == GuestType.HVM).isPresent()) {
            Object _ = host.deviceModel().ask(domain.id(), command, Map.of());
        }
    }

    /** xenstored must know: it would not tell of the domain's next stop. */
    private void letGoOn(DomainId domain) {
        host.hypervisor().resume(domain);
        host.store().resume(domain.value());
    }
}
