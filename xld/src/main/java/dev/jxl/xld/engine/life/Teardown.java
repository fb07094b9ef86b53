package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.DeviceModels;
import dev.jxl.xld.engine.device.DeviceRemoval;
import dev.jxl.xld.engine.device.GuestPci;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.plan.Nodes;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes a domain and all that belongs to it away. Every part is idempotent, so it can be run again after a crash, and on a domain
 * of which only parts are left.
 *
 * @source tools/libs/light/libxl_domain.c: libxl__destroy_domid
 */
public final class Teardown {
    private static final System.Logger LOG = System.getLogger(Teardown.class.getName());

    private final Host host;
    private final DomainLog log;

    /** Events about what goes are told to the log. */
    public Teardown(Host host, DomainLog log) {
        this.host = host;
        this.log = log;
    }

    /**
     * Destroys a domain if it is there, and clears what it left: backends, loop devices, xenstore, files.
     *
     * @param domid its number, if it ever had one
     * @param uuid its UUID: a domain of that number with another UUID is not touched
     * @param progress is told where it stands
     */
    public void perform(Optional<DomainId> domid, DomainUuid uuid, Consumer<String> progress) {
        Optional<DomainId> found = domid.or(() -> Twins.find(host, uuid));
        performButLoops(found, uuid, progress);
        host.blockAttach().releaseAll(uuid, Twins.loopsOfOthers(host, uuid, found));
    }

    /** The same, but its loop devices stay: the same domain's next life has the same disks, and finds them. */
    public void performButLoops(Optional<DomainId> found, DomainUuid uuid, Consumer<String> progress) {
        if (found.isPresent() && belongsToAnother(found.get(), uuid)) {
            // After a power cut the numbers begin anew; what is left on disk is this one's all the same.
            host.files().removeUserdata(found.get(), uuid);
        } else if (found.isPresent()) {
            destroy(found.get(), uuid, progress);
        }
        removeVm(uuid);
    }

    private boolean belongsToAnother(DomainId d, DomainUuid uuid) {
        Optional<DomainFacts> facts = host.hypervisor().find(d);
        if (facts.isPresent()) {
            return !facts.get().uuid().equals(uuid);
        }
        Optional<String> vm = host.store().find(Nodes.domain(d) + "/vm");
        return vm.isPresent() && !vm.get().equals(Nodes.vm(uuid));
    }

    private void destroy(DomainId d, DomainUuid uuid, Consumer<String> progress) {
        Optional<DomainState> became = Optional.empty();
        Optional<DomainFacts> facts = host.hypervisor().find(d);
        facts.ifPresent(log::leaving);
        try {
            clear(d, uuid, facts, progress);
            boolean still = facts.isPresent()
                    && host.hypervisor()
                            .find(d)
                            .filter(f -> f.uuid().equals(uuid))
                            .isPresent();
            became = Optional.of(still ? new DomainState.Dying() : new DomainState.Absent());
        } finally {
            log.left(d, uuid, became);
        }
    }

    private void clear(DomainId d, DomainUuid uuid, Optional<DomainFacts> facts, Consumer<String> progress) {
        if (facts.isPresent() && !facts.get().flags().dying()) {
            progress.accept("pausing domain " + d);
            ifPresent(() -> host.hypervisor().pause(d));
        }
        Optional<String> _ = disconnect(d, uuid, progress);
        removeNodes(d, uuid, facts.isPresent(), progress);
        host.files().removeUserdata(d, uuid);
        if (facts.isPresent()) {
            progress.accept("destroying domain " + d);
            ifPresent(() -> host.hypervisor().destroy(d));
            host.store().remove(Nodes.libxl(d));
        }
    }

    /** Gives who may still use the domain, or be asked for it, as it stands in a sentence. */
    private Optional<String> disconnect(DomainId d, DomainUuid uuid, Consumer<String> progress) {
        Optional<String> left = DeviceModels.stop(host, d, uuid)
                ? Optional.empty()
                : Optional.of("its device model did not end before it was killed, and Xen goes on asking that one");
        new GuestPci(host, d, uuid).takeAll(progress);
        List<DeviceIndex.Entry> devices = DeviceIndex.list(host.store(), d);
        if (!devices.isEmpty()) {
            progress.accept("disconnecting the devices of domain " + d);
            DeviceRemoval removal = new DeviceRemoval(host, d, uuid);
            List<String> open = removal.close(devices);
            removal.finishBackends(devices);
            if (!open.isEmpty()) {
                left = Optional.of("backend " + open.getFirst() + " did not let go of its memory");
            }
        }
        return left;
    }

    private void removeNodes(DomainId d, DomainUuid uuid, boolean there, Consumer<String> progress) {
        progress.accept("removing the xenstore nodes of domain " + d);
        host.store().change(t -> {
            t.remove(Nodes.domain(d));
            t.remove(Nodes.libxl(d));
            if (there) {
                // Should what follows fail: it is to go, unlike one that has lost its nodes with xenstored.
                t.write(Nodes.mark(d), uuid.toString());
            }
        });
        removeVm(uuid);
    }

    /**
     * Takes all from a paused domain that it has outside of Xen, but for the notes about it: what it goes on with is among them.
     *
     * @throws ToolstackException.DeviceFailed when somebody does not let go of it: it can only be destroyed then
     * @source tools/libs/light/libxl_domain.c: devices_destroy_cb
     */
    void strip(DomainId d, DomainUuid uuid, Consumer<String> progress) {
        disconnect(d, uuid, progress).ifPresent(left -> {
            throw new ToolstackException.DeviceFailed("domain " + d, "taking its devices from it", left, null);
        });
        host.blockAttach().releaseAll(uuid, Twins.loopsOfOthers(host, uuid, Optional.of(d)));
        forgetInStore(host, d);
        removeNodes(d, uuid, true, progress);
    }

    /** Has xenstored let go of a domain's ring; it makes the domain's own nodes go too. Idempotent. */
    public static void forgetInStore(Host host, DomainId d) {
        try {
            host.store().release(d.value());
        } catch (XenStoreException.Refused | XenStoreException.NoSuchPath forgottenAlready) {
            LOG.log(System.Logger.Level.DEBUG, "xenstored had forgotten domain " + d + " by itself");
        }
    }

    /** Takes a stopped domain's devices away and lets it be otherwise. */
    void detach(DomainId d, DomainUuid uuid, Consumer<String> progress) {
        new GuestPci(host, d, uuid).takeAll(progress);
        List<DeviceIndex.Entry> devices = DeviceIndex.list(host.store(), d);
        if (!devices.isEmpty()) {
            progress.accept("disconnecting the devices of domain " + d);
            DeviceRemoval removal = new DeviceRemoval(host, d, uuid);
            List<String> _ = removal.close(devices);
            removal.finish(devices);
        }
        host.blockAttach().releaseAll(uuid, Twins.loopsOfOthers(host, uuid, Optional.of(d)));
    }

    private static void ifPresent(Runnable call) {
        try {
            call.run();
        } catch (ToolstackException.DomainNotFound e) {
            LOG.log(System.Logger.Level.DEBUG, "the domain went by itself meanwhile");
        }
    }

    private void removeVm(DomainUuid uuid) {
        boolean elsewhere =
                host.hypervisor().listDomains().stream().anyMatch(f -> f.uuid().equals(uuid) && ownsVm(f.id(), uuid));
        if (!elsewhere) {
            host.store().remove(Nodes.vm(uuid));
        }
    }

    private boolean ownsVm(DomainId d, DomainUuid uuid) {
        return host.store().find(Nodes.domain(d) + "/vm").equals(Optional.of(Nodes.vm(uuid)));
    }
}
