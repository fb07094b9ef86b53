package dev.jxl.xld.engine.hotplug;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.UsbDeviceSpec;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.EmulatedUsb;
import dev.jxl.xld.engine.device.UsbPorts;
import dev.jxl.xld.engine.device.UsbPorts.Port;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.hotplug.Hotplug.Outcome;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.host.UsbDevices.Device;
import dev.jxl.xld.plan.Planner;
import dev.jxl.xld.plan.UsbFact;
import dev.jxl.xld.plan.UsbPlaces;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * USB devices of the host come to and go from a guest that runs. A mark on the controller says which port is half done: a jxld that
 * finds it at start empties the port.
 *
 * @source tools/libs/light/libxl_usb.c: libxl__device_usbdev_add, libxl__device_usbdev_remove
 */
public final class UsbHotplug {
    /** The kind of the operations that give a device. */
    public static final String ATTACH = "usb-attach";
    /** The kind of the operations that take one. */
    public static final String DETACH = "usb-detach";

    private static final System.Logger LOG = System.getLogger(UsbHotplug.class.getName());

    /** The last steps' numbers. */
    private static final int NOTED = 2;

    private static final int GONE = 1;

    private final Host host;
    private final Operations operations;
    private final StoredDevices stored;
    private final UsbPorts ports;

    UsbHotplug(Host host, Managed managed, Operations operations) {
        this.host = host;
        this.operations = operations;
        this.stored = new StoredDevices(host, managed);
        this.ports = new UsbPorts(host);
    }

    /** The devices of a domain, by controller and port. */
    List<DeviceView> list(Found domain) {
        return UsbPorts.list(host.store(), domain.id()).stream()
                .filter(port -> !port.free())
                .map(port -> view(domain, port))
                .toList();
    }

    private DeviceView view(Found domain, Port port) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("controller", Integer.toString(port.controller().devid()));
        settings.put("port", Integer.toString(port.number()));
        settings.put("bus-id", port.busId());
        find(port.busId()).ifPresent(device -> {
            settings.put("hostbus", Integer.toString(device.bus()));
            settings.put("hostaddr", Integer.toString(device.address()));
        });
        return new DeviceView(
                DeviceKind.USB_DEVICE,
                port.number(),
                port.name(),
                domain.id().value(),
                DomainId.DOM0.value(),
                port.controller().backend().orElse(""),
                -1,
                -1,
                -1,
                List.of(),
                settings,
                Map.of());
    }

    private Optional<Device> find(String busId) {
        return host.usbDevices().list().stream()
                .filter(device -> device.busId().equals(busId))
                .findFirst();
    }

    OperationRun attach(Found domain, DeviceRequest request) {
        Hotplug.refuseUnlessAlive(domain);
        DomainSpec asked = DeviceReader.read(request, domain.type().orElse(GuestType.PVH));
        UsbDeviceSpec device = asked.devices().usbDevices().getFirst();
        List<UsbFact> facts = ports.facts();
        UsbPlaces.problem(device, facts).ifPresent(problem -> {
            throw new ToolstackException.InvalidSpec(
                    "the " + DeviceKind.USB_DEVICE.word(), List.of(Planner.error("usbdev", problem)));
        });
        String busId = UsbPlaces.find(device, facts).orElseThrow().busId();
        Port _ = choose(domain, device);
        return operations.start(
                ATTACH, domain.subject(), NOTED + 1, List.of(), run -> attach(domain, asked, device, busId, run));
    }

    /** The port that is asked for, or a free one. */
    private Port choose(Found domain, UsbDeviceSpec device) {
        if (device.controller().isEmpty() && device.port().isPresent()) {
            throw new ToolstackException.InvalidRequest("port= needs controller=");
        }
        return UsbPorts.list(host.store(), domain.id()).stream()
                .filter(Port::free)
                .filter(port -> device.controller()
                        .filter(c -> c != port.controller().devid())
                        .isEmpty())
                .filter(port ->
                        device.port().filter(number -> number != port.number()).isEmpty())
                .findFirst()
                .orElseThrow(() -> new ToolstackException.WrongState("domain '" + domain.name()
                        + "' has no free port "
                        + device.controller()
                                .map(c -> "of USB controller " + c
                                        + device.port()
                                                .map(p -> " with the number " + p)
                                                .orElse(""))
                                .orElse("of any USB controller")
                        + ": 'jxl usb-list' shows them, 'jxl usbctrl-attach' makes a controller"));
    }

    private void attach(Found domain, DomainSpec asked, UsbDeviceSpec device, String busId, OperationRun run) {
        String words = "USB device " + UsbPlaces.words(device) + " (" + busId + ")";
        run.step("giving " + words + " to '" + domain.name() + "'", 0);
        Port port = choose(domain, device);
        boolean claimed = false;
        try {
            claim(domain, port, busId);
            claimed = true;
            run.step("plugging " + words + " into port " + port.name(), 1);
            if (UsbPorts.emulated(host.store(), port.controller())) {
                Device there = find(busId)
                        .orElseThrow(() -> new ToolstackException.DeviceFailed(
                                words, "looking for it", "it has gone from this host", null));
                new EmulatedUsb(host, domain.id()).plug(port.controller().devid(), port.number(), there);
            }
            run.checkCancelled();
            run.last("noting " + words + " in the configuration of '" + domain.name() + "'", NOTED);
            UsbDeviceSpec placed = device.at(port.controller().devid(), port.number());
            stored.add(
                    domain,
                    DeviceKind.USB_DEVICE,
                    asked.toBuilder()
                            .devices(asked.devices().withUsb(List.of(), List.of(placed)))
                            .build());
            host.store().remove(port.mark());
        } catch (RuntimeException failure) {
            run.retreat("taking " + words + " from '" + domain.name() + "' again");
            if (claimed) {
                undo(domain, port, busId, failure);
            }
            throw failure;
        }
    }

    /** All of it, or nothing when somebody else was faster. */
    private void claim(Found domain, Port port, String busId) {
        host.store().change(t -> {
            ports.holder(t, busId).ifPresent(holder -> {
                throw new ToolstackException.WrongState(
                        "USB device " + busId + " belongs to domain " + holder + ": take it from there first");
            });
            if (!t.find(port.node()).equals(Optional.of(""))) {
                throw new ToolstackException.WrongState(
                        "port " + port.name() + " of domain '" + domain.name() + "' is not free any more");
            }
            t.write(port.node(), busId);
            t.write(port.mark(), Integer.toString(port.number()));
        });
    }

    private void undo(Found domain, Port port, String busId, RuntimeException failure) {
        try {
            takeAway(domain, port, busId);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "cleaning up after the failed attach of USB device " + busId + " to '" + domain.name()
                            + "' failed as well: detach it, or destroy the domain",
                    e);
        }
    }

    /** Takes a device away whatever QEMU says. Idempotent. */
    private void takeAway(Found domain, Port port, String busId) {
        if (UsbPorts.emulated(host.store(), port.controller())) {
            find(busId).ifPresent(device -> new EmulatedUsb(host, domain.id()).discard(device));
        }
        empty(domain, port);
    }

    private void empty(Found domain, Port port) {
        stored.removeUsbDevice(domain, port.controller().devid(), port.number());
        host.store().change(t -> {
            // The controller may have gone meanwhile.
            if (t.find(port.node()).isPresent()) {
                t.write(port.node(), "");
            }
            t.remove(port.mark());
        });
    }

    /**
     * Takes a device from a guest.
     *
     * @param reference controller and port: 0.1
     */
    OperationRun detach(Found domain, String reference) {
        Hotplug.refuseUnlessAlive(domain);
        List<Port> taken = UsbPorts.list(host.store(), domain.id()).stream()
                .filter(p -> !p.free())
                .toList();
        Port port = taken.stream()
                .filter(p -> p.name().equals(reference))
                .findFirst()
                .orElseThrow(() -> new ToolstackException.DeviceNotFound(
                        "USB device at controller and port '" + Printable.brief(reference) + "'",
                        domain.name(),
                        taken.stream().map(Port::name).toList()));
        return operations.start(DETACH, domain.subject(), GONE + 1, List.of(), run -> detach(domain, port, run));
    }

    private void detach(Found domain, Port port, OperationRun run) {
        String words = "USB device " + port.busId();
        run.step("taking " + words + " from '" + domain.name() + "'", 0);
        host.store().write(port.mark(), Integer.toString(port.number()));
        try {
            if (UsbPorts.emulated(host.store(), port.controller())) {
                // One that was pulled out of the host has gone from QEMU too.
                find(port.busId()).ifPresent(new EmulatedUsb(host, domain.id())::unplug);
            }
        } catch (RuntimeException kept) {
            host.store().remove(port.mark());
            throw kept;
        }
        run.last("removing " + words, GONE);
        empty(domain, port);
    }

    /** Finishes or takes back what an earlier jxld began on a domain that still runs. */
    Outcome recover(Found domain, OperationView open) {
        boolean attach = open.kind().equals(ATTACH);
        Optional<Port> port = ports.unfinished(domain.id());
        if (port.isPresent()) {
            takeAway(domain, port.get(), port.get().busId());
            return new Outcome(!attach, "the USB device at " + port.get().name() + " was taken away");
        }
        boolean done = open.stepsDone() >= (attach ? NOTED : GONE);
        return new Outcome(done, done ? "it was complete" : "nothing of it was left");
    }
}
