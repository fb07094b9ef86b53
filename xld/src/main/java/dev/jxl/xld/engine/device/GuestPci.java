package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.PciDevices;
import dev.jxl.xld.host.PciDevices.Device;
import dev.jxl.xld.plan.PciNodes;
import dev.jxl.xld.plan.PciPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The devices of the host that one domain has. The note that a device is the domain's is the claim: written first, removed last,
 * so that whoever comes after a crash knows what to take back.
 *
 * @source tools/libs/light/libxl_pci.c: libxl__device_pci_add, do_pci_add, pci_add_dm_done, pci_remove_detached
 */
public final class GuestPci {
    private static final System.Logger LOG = System.getLogger(GuestPci.class.getName());

    private final Host host;
    private final DomainId d;
    private final DomainUuid uuid;
    private final PciNotes notes;

    /** For the guest d; what is held for it is found by the UUID. */
    public GuestPci(Host host, DomainId d, DomainUuid uuid) {
        this.host = host;
        this.d = d;
        this.uuid = uuid;
        this.notes = new PciNotes(host);
    }

    private PciDevices pci() {
        return host.pciDevices();
    }

    /**
     * Gives devices to a domain that does not run yet. What it has done when it fails is for {@link #takeAll} to undo.
     *
     * @param name the domain's
     * @param emulated whether a QEMU shows them to the guest
     */
    public void give(List<PciPlan> devices, String name, boolean emulated, Consumer<String> progress) {
        List<StoreWrite> nodes = new ArrayList<>(PciNodes.bus(d, name));
        for (int i = 0; i < devices.size(); i++) {
            PciPlan device = devices.get(i);
            progress.accept("giving " + device.words() + " to '" + name + "'");
            claim(device, Optional.empty());
            give(device);
            nodes.addAll(PciNodes.device(d, i, device, emulated ? show(device) : device.place()));
        }
        nodes.add(new StoreWrite.Write(PciNodes.count(d), Integer.toString(devices.size())));
        host.store().change(t -> {
            t.performAll(nodes);
        });
    }

    /**
     * Notes a device as the domain's, before anything is done to it.
     *
     * @param mark as {@link PciNotes#claim}
     */
    public void claim(PciPlan plan, Optional<String> mark) {
        notes.claim(plan.address(), d, mark);
    }

    /** What Xen and dom0's kernel have to do for a device to be a domain's. */
    public void give(PciPlan plan) {
        Address address = plan.address();
        Device device = pci().find(address)
                .orElseThrow(() -> new ToolstackException.DeviceFailed(
                        plan.words(), "looking for it", "it has gone from this host", null));
        if (!device.heldForDomains()) {
            seize(plan, device);
        }
        reset(address);
        pci().permit(d, address, true);
        if (plan.permissive()) {
            pci().setPermissive(address);
        }
        pci().assign(d, address, plan.relaxed());
    }

    private void seize(PciPlan plan, Device device) {
        if (!plan.seize()) {
            throw new ToolstackException.WrongState(
                    plan.words() + " is not kept for guests any more: 'jxl pci-assignable-add " + device.address()
                            + "' takes it from dom0");
        }
        UndoStack.orPutBack(undo -> new PciDrivers(host, notes).take(undo, device, Optional.empty()));
    }

    /** A device that cannot be reset may hold what its last owner left in it; xl gives it away all the same. */
    private void reset(Address address) {
        leniently("it keeps the state that it has", () -> pci().reset(address));
    }

    private static void leniently(String otherwise, Runnable part) {
        try {
            part.run();
        } catch (ToolstackException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage() + ": " + otherwise);
        }
    }

    /** Has QEMU show a device to the guest; gives its place there. */
    public OptionalInt show(PciPlan plan) {
        String id = id(plan.address());
        Map<String, Object> arguments = new TreeMap<>();
        arguments.put("driver", "xen-pci-passthrough");
        arguments.put("id", id);
        arguments.put("hostaddr", plan.address().toString());
        plan.slot().filter(slot -> slot > 0).ifPresent(slot -> arguments.put("addr", Integer.toHexString(slot) + ".0"));
        if (plan.permissive()) {
            arguments.put("permissive", true);
        }
        Object _ = host.deviceModel().ask(d, "device_add", arguments);
        OptionalInt place = place(id);
        if (place.isEmpty()) {
            throw new ToolstackException.DeviceFailed(
                    plan.words(),
                    "showing it to the guest",
                    "QEMU took it and does not list it. " + DeviceModels.words(host, d, uuid),
                    null);
        }
        return place;
    }

    private OptionalInt place(String id) {
        return QemuAnswers.place(host.deviceModel().ask(d, "query-pci", Map.of()), id);
    }

    /** Has QEMU ask the guest to let go of a device. */
    public void hide(Address address) {
        Object _ = host.deviceModel().ask(d, "device_del", Map.of("id", id(address)));
    }

    /** Whether QEMU shows a device to the guest. */
    public boolean isShown(Address address) {
        return place(id(address)).isPresent();
    }

    /**
     * Takes a device that the guest has let go of from a domain that lives on.
     *
     * @throws ToolstackException when Xen refuses it: the device stays noted as the domain's then
     */
    public void take(Address address) {
        if (pci().find(address).filter(Device::heldForDomains).isPresent()) {
            pci().permit(d, address, false);
            reset(address);
            pci().deassign(d, address);
        }
    }

    /** A device's name in QEMU, as xl has it. */
    private static String id(Address address) {
        return String.format(Locale.ROOT, "pci-pt-%02x_%02x.%01x", address.bus(), address.device(), address.function());
    }

    /**
     * Takes all devices from a domain that is about to end or has ended; idempotent. What Xen refuses is logged: it takes them
     * back itself when the domain ends.
     */
    public void takeAll(Consumer<String> progress) {
        List<Address> devices = notes.listOf(d);
        PciBus bus = new PciBus(host, d, uuid);
        if (devices.isEmpty() && !bus.exists()) {
            return;
        }
        progress.accept("taking the host's devices from domain " + d);
        devices.forEach(this::takeBack);
        bus.close();
        devices.forEach(notes::disclaim);
    }

    private void takeBack(Address address) {
        Optional<Device> device = pci().find(address);
        if (device.isEmpty()) {
            return;
        }
        if (!device.get().heldForDomains()) {
            // It was about to be seized, and goes back where it came from.
            leniently("it has no driver now", () -> new PciDrivers(host, notes).settle(device.get()));
            return;
        }
        leniently("Xen forgets it with the domain", () -> pci().permit(d, address, false));
        reset(address);
        leniently("Xen takes it back with the domain", () -> pci().deassign(d, address));
    }
}
