package dev.jxl.xld.engine.hotplug;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.SpecProblem;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.Backends;
import dev.jxl.xld.engine.device.DeviceConnection;
import dev.jxl.xld.engine.device.DeviceRemoval;
import dev.jxl.xld.engine.device.DeviceViews;
import dev.jxl.xld.engine.device.EmulatedUsb;
import dev.jxl.xld.engine.device.UsbPorts;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.domain.DeviceIndex.Entry;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.life.Snapshots;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.plan.DevicePlan;
import dev.jxl.xld.plan.DevicePlanner;
import dev.jxl.xld.plan.DiskPlan;
import dev.jxl.xld.plan.HostSnapshot;
import dev.jxl.xld.plan.NodeDevice;
import dev.jxl.xld.plan.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Devices come to and go from a guest that lives: each as one operation, which leaves nothing behind when it fails. */
public final class Hotplug {
    private static final System.Logger LOG = System.getLogger(Hotplug.class.getName());

    /** What jxl's mark on a device says to a jxld that finds it at start: take it away. */
    private static final String REMOVE = "remove";

    /** The last steps' numbers. */
    private static final int NOTED = 2;

    private static final int CLOSED = 1;

    /** How long a guest may take to let go of a controller. */
    private static final Duration EJECT_PATIENCE = Duration.ofSeconds(30);

    private static final Duration ROUND = Duration.ofMillis(500);

    /** What comes and goes so. */
    private static final List<DeviceKind> KINDS =
            List.of(DeviceKind.DISK, DeviceKind.NIC, DeviceKind.VKB, DeviceKind.VTPM, DeviceKind.USB_CONTROLLER);

    private final Host host;
    private final Operations operations;
    private final Managed managed;
    private final StoredDevices stored;
    private final DeviceViews views;

    Hotplug(Host host, Managed managed, Operations operations, DeviceViews views) {
        this.host = host;
        this.operations = operations;
        this.managed = managed;
        this.stored = new StoredDevices(host, managed);
        this.views = views;
    }

    OperationRun attach(Found domain, DeviceRequest request) {
        refuseUnlessAlive(domain);
        GuestType type = domain.type().orElse(GuestType.PVH);
        DomainSpec asked = SpecReader.complete(DeviceReader.read(request, type), next(domain, request.kind()));
        HostSnapshot snapshot = Snapshots.take(host, asked);
        refuseTwice(domain, plan(request.kind(), asked, snapshot));
        return operations.start("attach", domain.subject(), 3, List.of(), run -> {
            // Another attach may have taken the number since.
            DomainSpec one = SpecReader.complete(DeviceReader.read(request, type), next(domain, request.kind()));
            attach(domain, request.kind(), type, one, plan(request.kind(), one, snapshot), run);
        });
    }

    /** @source tools/libs/light/libxl_device.c: libxl__device_nextid */
    private int next(Found domain, DeviceKind kind) {
        List<Entry> there = DeviceIndex.list(host.store(), domain.id(), kind.xenstoreKind());
        return there.isEmpty() ? 0 : there.getLast().devid() + 1;
    }

    private static DevicePlan plan(DeviceKind kind, DomainSpec one, HostSnapshot snapshot) {
        List<SpecProblem> problems = new ArrayList<>();
        DevicePlanner planner = new DevicePlanner(snapshot, problems);
        List<? extends DevicePlan> plans = switch (kind) {
            case DISK -> planner.disks(one.disks());
            case NIC -> planner.nics(one.nics());
            case VKB, VTPM, USB_CONTROLLER -> planner.nodeDevices(one);
            case PCI, USB_DEVICE, CHANNEL -> throw new IllegalArgumentException(kind.word());
        };
        if (!problems.isEmpty()) {
            throw new ToolstackException.InvalidSpec("the " + kind.word(), problems);
        }
        return plans.getFirst();
    }

    private void refuseTwice(Found domain, DevicePlan device) {
        if (host.store()
                .find(Nodes.index(domain.id(), device.kind(), device.devid()))
                .isPresent()) {
            throw hasItAlready(domain, device);
        }
    }

    private static ToolstackException hasItAlready(Found domain, DevicePlan device) {
        return new ToolstackException.WrongState("domain '" + domain.name() + "' has a " + device.words()
                + " already: detach it first, or give the new one another name");
    }

    private void attach(
            Found domain, DeviceKind kind, GuestType type, DomainSpec one, DevicePlan device, OperationRun run) {
        run.step("attaching " + device.description() + " to '" + domain.name() + "'", 0);
        // Before anything is claimed: what belongs to a device of that name is not ours to free.
        refuseTwice(domain, device);
        DeviceConnection connection = new DeviceConnection(host, run, domain.id(), domain.uuid(), type);
        LaterDeviceModel model = new LaterDeviceModel(host, managed, domain);
        try {
            if (device.servedByDeviceModel()) {
                model.require(run);
                refuseUnlessServed(domain, device);
            }
            write(domain, device, connection.prepare(device));
            run.step("waiting for the backend of " + device.words(), 1);
            connection.await();
            connection.awaitDeviceModel(model::words);
            run.checkCancelled();
            run.last("noting " + device.words() + " in the configuration of '" + domain.name() + "'", NOTED);
            connection.keep();
            stored.add(domain, kind, one);
            host.store().remove(mark(domain.id(), device));
        } catch (RuntimeException failure) {
            run.retreat("taking " + device.words() + " from '" + domain.name() + "' again");
            undo(domain, kind, device, failure);
            throw failure;
        }
    }

    /**
     * QEMU says which backends it is; one that serves no USB says nothing about a device of it.
     *
     * @source tools/libs/light/libxl_dm.c: libxl__query_qemu_backend
     */
    private void refuseUnlessServed(Found domain, DevicePlan device) {
        List<String> served = host.store().list(Nodes.deviceModel(domain.id()) + "/backends");
        if (device.backendKind().equals("qusb")
                && !(device instanceof NodeDevice other && other.emulated())
                && !served.isEmpty()
                && !served.contains("qusb")) {
            throw new ToolstackException.HostUnsupported(
                    "the QEMU of '" + domain.name() + "' was built without USB (qusb): it serves "
                            + String.join(", ", served.stream().sorted().toList()));
        }
    }

    private static String mark(DomainId d, DevicePlan device) {
        return Nodes.index(d, device.kind(), device.devid()) + "/" + Nodes.UNFINISHED;
    }

    /** All of it, or nothing when somebody else was faster, or the domain went. */
    private void write(Found domain, DevicePlan device, List<StoreWrite> nodes) {
        host.store().change(t -> {
            if (!t.find(Nodes.domain(domain.id()) + "/vm")
                    .filter(vm -> vm.equals(Nodes.vm(domain.uuid())))
                    .isPresent()) {
                throw new ToolstackException.DomainNotFound(domain.name());
            }
            if (t.find(Nodes.index(domain.id(), device.kind(), device.devid())).isPresent()) {
                throw hasItAlready(domain, device);
            }
            t.performAll(nodes);
            t.write(mark(domain.id(), device), REMOVE);
        });
    }

    private void undo(Found domain, DeviceKind kind, DevicePlan device, RuntimeException failure) {
        try {
            // Without the mark the nodes are not ours: they were never written, or are another toolstack's.
            if (host.store().find(mark(domain.id(), device)).isPresent()) {
                DeviceIndex.list(host.store(), domain.id(), device.kind()).stream()
                        .filter(e -> e.devid() == device.devid())
                        .forEach(e -> takeAway(domain, kind, e));
            } else if (device instanceof DiskPlan disk) {
                host.blockAttach()
                        .release(
                                domain.uuid(),
                                disk.vdev(),
                                Twins.loopsOfOthers(host, domain.uuid(), Optional.of(domain.id())));
            }
            new LaterDeviceModel(host, managed, domain).stopIfIdle();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "cleaning up after the failed attach of " + device.words() + " to '" + domain.name()
                            + "' failed as well: detach it with force, or destroy the domain",
                    e);
        }
    }

    private void takeAway(Found domain, DeviceKind kind, Entry entry) {
        forgetUsbDevices(domain, entry);
        if (UsbPorts.emulated(host.store(), entry)) {
            new EmulatedUsb(host, domain.id()).discard(entry.devid());
        }
        stored.remove(domain, kind, key(kind, entry));
        DeviceRemoval removal = new DeviceRemoval(host, domain.id(), domain.uuid());
        List<String> _ = removal.close(List.of(entry));
        removal.finish(List.of(entry));
    }

    /** What is in a controller goes with it. */
    private void forgetUsbDevices(Found domain, Entry entry) {
        if (entry.kind().equals(UsbPorts.KIND)) {
            UsbPorts.list(host.store(), domain.id()).stream()
                    .filter(port -> !port.free() && port.controller().devid() == entry.devid())
                    .forEach(port -> stored.removeUsbDevice(domain, entry.devid(), port.number()));
        }
    }

    private String key(DeviceKind kind, Entry entry) {
        return kind == DeviceKind.DISK ? views.name(kind, entry) : Integer.toString(entry.devid());
    }

    OperationRun detach(Found domain, DeviceKind kind, String reference, boolean force) {
        refuseUnlessAlive(domain);
        Entry entry = views.require(domain, kind, reference);
        String words = kind.word() + " " + views.name(kind, entry);
        return operations.start(
                "detach", domain.subject(), 2, List.of(), run -> detach(domain, kind, entry, words, force, run));
    }

    private void detach(Found domain, DeviceKind kind, Entry entry, String words, boolean force, OperationRun run) {
        DeviceRemoval removal = new DeviceRemoval(host, domain.id(), domain.uuid());
        Backends.State guests = Backends.state(host.store(), entry.frontend());
        boolean unused = guests == Backends.State.INITIALISING || guests == Backends.State.ABSENT;
        boolean emulated = UsbPorts.emulated(host.store(), entry);
        if (emulated && !force) {
            run.step("asking '" + domain.name() + "' to let go of " + words, 0);
            refuseDeaf(host, domain, words);
            letGoOfEmulated(domain, entry, words, run);
        } else if (force || unused) {
            run.step("taking " + words + " from '" + domain.name() + "'", 0);
            host.store().write(entry.mark(), REMOVE);
            if (emulated) {
                new EmulatedUsb(host, domain.id()).discard(entry.devid());
            }
            List<String> _ = removal.close(List.of(entry));
        } else {
            run.step("asking '" + domain.name() + "' to let go of " + words, 0);
            refuseDeaf(host, domain, words);
            if (!removal.ask(entry, run)) {
                throw new ToolstackException.OperationTimedOut(
                        "that domain '" + domain.name() + "' let go of " + words
                                + " (does it use it still? with force it is taken away at once, and what the guest"
                                + " has not written is lost)",
                        DeviceRemoval.PATIENCE.toSeconds());
            }
        }
        run.last("removing " + words, CLOSED);
        forgetUsbDevices(domain, entry);
        stored.remove(domain, kind, key(kind, entry));
        removal.finish(List.of(entry));
        if (DeviceRemoval.servedByDeviceModel(entry)) {
            new LaterDeviceModel(host, managed, domain).stopIfIdle();
        }
    }

    /** A guest's answer to QEMU can only be seen by asking QEMU. A jxld that dies meanwhile leaves the rest to the next one. */
    private void letGoOfEmulated(Found domain, Entry entry, String words, OperationRun run) {
        EmulatedUsb usb = new EmulatedUsb(host, domain.id());
        host.store().write(entry.mark(), REMOVE);
        try {
            usb.unplug(entry.devid());
            for (long rounds = EJECT_PATIENCE.dividedBy(ROUND); rounds > 0; rounds--) {
                if (!usb.isPlugged(entry.devid())) {
                    return;
                }
                run.checkCancelled();
                Optional<Boolean> _ = host.store().await(entry.mark(), ROUND, s -> Optional.empty());
            }
            throw new ToolstackException.OperationTimedOut(
                    "that domain '" + domain.name() + "' let go of " + words
                            + " (does its kernel know hot-plugging? with force it is taken away at once)",
                    EJECT_PATIENCE.toSeconds());
        } catch (RuntimeException kept) {
            host.store().remove(entry.mark());
            throw kept;
        }
    }

    static void refuseDeaf(Host host, Found domain, String words) {
        boolean paused =
                host.hypervisor().find(domain.id()).map(f -> f.flags().paused()).orElse(false);
        if (paused) {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' is paused and cannot let go of "
                    + words + ": unpause it first, or detach with force");
        }
    }

    /**
     * How an operation ended that an earlier jxld had begun.
     *
     * @param succeeded whether what was asked for is so
     * @param words what was done about it now
     */
    public record Outcome(boolean succeeded, String words) {}

    /** Finishes or takes back what an earlier jxld began on a domain that still runs. */
    Outcome recover(Found domain, OperationView open) {
        boolean attach = open.kind().equals("attach");
        for (DeviceKind kind : KINDS) {
            for (Entry entry : DeviceIndex.list(host.store(), domain.id(), kind.xenstoreKind())) {
                String mark = host.store().find(entry.mark()).orElse("");
                if (!mark.isEmpty()) {
                    Outcome outcome = recover(domain, kind, entry, mark.equals(REMOVE), attach);
                    new LaterDeviceModel(host, managed, domain).stopIfIdle();
                    return outcome;
                }
            }
        }
        new LaterDeviceModel(host, managed, domain).stopIfIdle();
        boolean done = open.stepsDone() >= (attach ? NOTED : CLOSED);
        return new Outcome(done, done ? "it was complete" : "nothing of it was left");
    }

    private Outcome recover(Found domain, DeviceKind kind, Entry entry, boolean remove, boolean attach) {
        String words = kind.word() + " " + views.name(kind, entry);
        boolean closed = entry.backend()
                .map(backend -> Backends.state(host.store(), backend).closed())
                .orElse(true);
        if (remove || closed) {
            takeAway(domain, kind, entry);
            return new Outcome(!attach, words + " was taken away");
        }
        new DeviceRemoval(host, domain.id(), domain.uuid()).takeBack(entry, Backends.State.CONNECTED);
        return new Outcome(false, words + " was left to the guest");
    }

    static void refuseUnlessAlive(Found domain) {
        if (domain.id().equals(DomainId.DOM0)) {
            throw new ToolstackException.WrongState(
                    "domain 0 is the host itself: jxl does not attach devices to it or detach them");
        }
        if (domain.state() instanceof DomainState.ShutDown
                || domain.state() instanceof DomainState.Dying
                || domain.state() instanceof DomainState.Shell) {
            throw new ToolstackException.WrongState("domain '" + domain.name() + "' is "
                    + domain.state().word() + ": devices can be attached and detached only while it runs or is paused");
        }
    }
}
