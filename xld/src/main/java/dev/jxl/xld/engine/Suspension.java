package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.GuestType;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.Domains.Found;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.plan.Nodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Has a guest suspend itself, its memory staying where it is, and lets it go on.
 *
 * @source tools/libs/light/libxl_dom_suspend.c: domain_suspend_callback_common, libxl__domain_resume
 */
final class Suspension {
    private static final System.Logger LOG = System.getLogger(Suspension.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final String SUSPEND = "suspend";

    private final Host host;
    private final DomainLog log;

    Suspension(Host host, DomainLog log) {
        this.host = host;
        this.log = log;
    }

    void suspend(Found domain, OperationRun run) {
        run.step("asking '" + domain.name() + "' to suspend", 0);
        Actions.refuseUnlessAlive(domain, SUSPEND + "e");
        suspend(domain, run, false, () -> run.step("waiting until '" + domain.name() + "' is suspended", 1));
    }

    /** The same in the middle of another operation: when it fails for whatever reason, the guest goes on. */
    void suspendMeanwhile(Found domain, OperationRun run, String doing) {
        run.phase(doing + ": asking it to suspend");
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
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
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
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            run.checkCancelled();
            Optional<ShutdownReason> stopped = host.store().await("@releaseDomain", SLICE, s -> reason(domain));
            if (stopped.isPresent()) {
                if (stopped.get() != ShutdownReason.SUSPEND) {
                    throw new ToolstackException.WrongState(
                            "domain '" + domain.name() + "' was asked to suspend and stopped ("
                                    + stopped.get().word() + ") instead");
                }
                return;
            }
        }
        throw new ToolstackException.OperationTimedOut("the suspend of '" + domain.name() + "'", PATIENCE.toSeconds());
    }

    private Optional<ShutdownReason> reason(Found domain) {
        DomainFacts facts = host.hypervisor()
                .find(domain.id())
                .filter(f -> f.uuid().equals(domain.uuid()) && !f.flags().dying())
                .orElseThrow(() -> new ToolstackException.DomainNotFound(domain.name()));
        return facts.shutdownReason();
    }

    /** A guest that has not taken the request never will; one that has is let go on as soon as it has suspended. */
    private void takeBack(Found domain, String node, boolean letGoOn, RuntimeException because) {
        try {
            boolean early = host.store().transaction(t -> {
                boolean waiting = t.find(node).filter(SUSPEND::equals).isPresent();
                if (waiting) {
                    t.write(node, "");
                }
                return waiting;
            });
            if (!early && letGoOn) {
                Optional<ShutdownReason> stopped = host.store().await("@releaseDomain", PATIENCE, s -> reason(domain));
                if (stopped.filter(ShutdownReason.SUSPEND::equals).isPresent()) {
                    letGoOn(domain.id());
                }
            }
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    void resume(Found domain, OperationRun run) {
        run.step("letting '" + domain.name() + "' go on", 0);
        if (!(domain.state() instanceof DomainState.ShutDown(ShutdownReason reason))
                || reason != ShutdownReason.SUSPEND) {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' is not suspended, it is "
                    + domain.state().word() + ": 'jxl unpause' is for paused domains");
        }
        letGoOn(domain);
    }

    /**
     * Has a suspended guest's device model write its state, and let go of its disks until it is told to go on.
     *
     * @source tools/libs/light/libxl_qmp.c: libxl__qmp_suspend_save; QEMU's qapi/migration.json: xen-save-devices-state
     */
    void saveDeviceModel(Found domain, Path file) {
        Object _ = host.deviceModel()
                .ask(domain.id(), "xen-save-devices-state", Map.of("filename", file.toString(), "live", false));
    }

    /** Has a suspended domain go on, and its device model. */
    void letGoOn(Found domain) {
        tellDeviceModel(domain, "cont");
        letGoOn(domain.id());
        log.seen(domain.id(), domain.uuid(), domain.name(), "running");
    }

    /**
     * Lets one go on that an earlier jxld had suspended. A device model that has ended meanwhile is what the supervisor answers, and
     * nothing that keeps jxld from starting.
     */
    void recover(Found domain) {
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
