package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.config.GuestType;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.IncomingGuest.ResetGuest;
import dev.jxl.xld.host.QemuState;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.plan.qemu.QemuCommand;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Has an HVM guest go on that has put another kernel into its memory (kexec) and has asked for a soft reset: its domain keeps its number, its
 * memory and its registers, all else is taken from it and given anew, as after a restore.
 *
 * @source tools/libs/light/libxl_create.c: do_domain_soft_reset, soft_reset_dm_suspended, domain_soft_reset_cb
 */
public final class SoftReset {
    /** The kind of the operation. */
    public static final String KIND = "soft-reset";

    private static final System.Logger LOG = System.getLogger(SoftReset.class.getName());

    private final Host host;
    private final Managed managed;
    private final DomainLog log;
    private final Entry entry;
    private final DomainId domain;
    private final Path state;

    SoftReset(Host host, Managed managed, DomainLog log, Entry entry, DomainId domain) {
        this.host = host;
        this.managed = managed;
        this.log = log;
        this.entry = entry;
        this.domain = domain;
        this.state = QemuState.reset(domain);
    }

    /** Why the guest cannot be reset, as it stands in a sentence; empty: it can. */
    Optional<String> obstacle() {
        Optional<String> lockedUp = QemuCommand.obstacleToGoOn(entry.spec());
        String obstacle = "";
        if (entry.spec().type() != GuestType.HVM) {
            obstacle = "only HVM guests can be reset, and it is "
                    + entry.spec().type().word();
        } else if (entry.spec().driverDomain()) {
            obstacle = "it is a driver domain, whose clients do not know of a reset";
        } else if (!entry.spec().devices().pci().isEmpty()) {
            obstacle = "it has PCI devices of the host, which a stopped guest does not let go of";
        } else if (lockedUp.isPresent()) {
            obstacle = "it has " + lockedUp.get();
        } else if (DeviceIndex.list(host.store(), domain).stream().anyMatch(SoftReset::servedElsewhere)) {
            obstacle =
                    "a driver domain serves devices of it, and may take the new ones for the old ones of the same number";
        }
        return Optional.of(obstacle).filter(why -> !why.isEmpty());
    }

    private static boolean servedElsewhere(DeviceIndex.Entry device) {
        return device.backendDomain().filter(d -> !d.equals(DomainId.DOM0)).isPresent();
    }

    /** What comes first: the guest can be left as it is after it, and it can be done again. */
    void saveDeviceModel(OperationRun run) {
        run.phase("saving the state of the device model of '" + entry.spec().name() + "'");
        Object _ = host.deviceModel().ask(domain, "stop", Map.of());
        host.deviceModel().saveState(domain, state);
    }

    /** The rest, during which and after whose failure the guest is not in one piece. */
    void perform(OperationRun run) {
        String terminal = host.store()
                .find(Nodes.domain(domain) + "/console/tty")
                .filter(tty -> tty.matches("/dev/[a-z0-9/]{1,64}"))
                .orElse("");
        DomainFacts facts = host.hypervisor()
                .find(domain)
                .orElseThrow(() -> new ToolstackException.DomainNotFound(domain.toString()));
        if (!facts.flags().paused()) {
            host.hypervisor().pause(domain);
        }
        new Teardown(host, log).strip(domain, entry.uuid(), run::phase);
        String name = entry.spec().name();
        Creation.again(
                        host,
                        managed,
                        log,
                        Snapshots.plan(host, name, entry.spec(), false, Optional.of(new ResetGuest(state, terminal))),
                        Optional.of(new Rebirth(domain)),
                        run)
                .perform();
        log.tell("domain.soft-reset", entry.uuid(), name, domain.value(), Map.of());
    }

    /** Does a part of it; gives why that failed. A cancel goes on to whoever ends it. */
    Optional<String> attempt(Runnable part) {
        try {
            part.run();
            return Optional.empty();
        } catch (ToolstackException.OperationCancelled cancelled) {
            throw cancelled;
        } catch (RuntimeException failed) {
            if (!(failed instanceof ToolstackException) && !(failed instanceof XenStoreException)) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the soft reset of '" + entry.spec().name() + "' met a defect of jxl",
                        failed);
            }
            return Optional.of(String.valueOf(failed.getMessage()));
        }
    }

    /** Tells that the guest is made anew instead. */
    void tellFailed(String why) {
        tellFailed(log, entry, domain.value(), why);
    }

    /** The same of one that an earlier jxld had begun. */
    public static void tellFailed(DomainLog log, Entry entry, int domid, String why) {
        LOG.log(
                System.Logger.Level.WARNING,
                "'" + entry.spec().name() + "' is made anew instead of being reset: " + why);
        log.tell("domain.soft-reset-failed", entry.uuid(), entry.spec().name(), domid, Map.of("why", why));
    }

    /** Nobody needs the state of the device model any more. */
    void discardState() {
        try {
            host.streams().discard(state);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, state + " stays until it is overwritten: " + e.getMessage());
        }
    }
}
