package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.NetAttach;
import dev.jxl.xld.plan.DeviceNodes;
import dev.jxl.xld.plan.DevicePlan;
import dev.jxl.xld.plan.DiskPlan;
import dev.jxl.xld.plan.NicPlan;
import dev.jxl.xld.plan.NodeDevice;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives a domain devices: their nodes, then the wait for all backends together, then what dom0 has to do for them. The claims
 * (loop devices) vanish with jxld until they are kept.
 */
public final class DeviceConnection {
    private final Host host;
    private final OperationRun run;
    private final DomainId d;
    private final DomainUuid uuid;
    private final GuestType type;
    private final List<BlockAttach.Attached> attached = new ArrayList<>();
    private final List<DevicePlan> devices = new ArrayList<>();

    /** For the guest d, whose creation or change {@code run} is: a cancel of that ends every wait. */
    public DeviceConnection(Host host, OperationRun run, DomainId d, DomainUuid uuid, GuestType type) {
        this.host = host;
        this.run = run;
        this.d = d;
        this.uuid = uuid;
        this.type = type;
    }

    /** What a device needs of dom0 before its nodes are written, and the nodes. */
    public List<StoreWrite> prepare(DevicePlan device) {
        List<StoreWrite> nodes = switch (device) {
            case DiskPlan disk -> prepare(disk);
            case NicPlan nic -> DeviceNodes.nic(d, nic);
            case NodeDevice other -> DeviceNodes.of(d, other);
        };
        devices.add(device);
        return nodes;
    }

    private List<StoreWrite> prepare(DiskPlan disk) {
        if (elsewhere(disk) || disk.script().isPresent() || disk.servedByDeviceModel()) {
            return DeviceNodes.disk(d, type, disk, Optional.empty());
        }
        BlockAttach.Attached device = host.blockAttach().attach(uuid, disk.vdev(), disk.target(), disk.readWrite());
        attached.add(device);
        return DeviceNodes.disk(
                d,
                type,
                disk,
                Optional.of(
                        new DeviceNodes.BlockDevice(device.device(), device.loop(), device.major(), device.minor())));
    }

    /** Whether a driver domain serves it, which does itself what is to be done for it. */
    private static boolean elsewhere(DevicePlan device) {
        return !device.backend().equals(DomainId.DOM0) && !(device instanceof NodeDevice);
    }

    /** Waits until all backends but QEMU have taken notice, and connects what they made. */
    public void await() {
        XenStore store = host.store();
        List<NetAttach.Port> ports = new ArrayList<>();
        List<StoreWrite> connected = new ArrayList<>();
        List<DeviceIndex.Entry> ordered = new ArrayList<>();
        for (DevicePlan device : devices) {
            if (device.servedByDeviceModel() || !device.awaited()) {
                continue;
            }
            String path = backend(device);
            if (elsewhere(device)) {
                run.phase("waiting for driver domain " + device.backend() + " to connect " + device.words());
                DriverAnswers.awaitConnected(host, run, device.words(), device.backend(), path);
                if (DriverAnswers.ready(store, device.backend())) {
                    ordered.add(DeviceIndex.entry(store, d, device.kind(), device.devid()));
                }
                continue;
            }
            Backends.awaitOpen(store, run, device.words(), device.backend(), path);
            Optional<DeviceScript> script = script(device);
            if (script.isPresent()) {
                run.phase("running " + script.get().script() + " for " + device.words());
                script.get().connect(host);
            } else if (device instanceof NicPlan nic) {
                ports.add(new NetAttach.Port(nic.interfaceName(d), nic.vifname(), nic.bridge(), nic.mtu()));
                connected.add(new StoreWrite.Write(path + "/hotplug-status", "connected"));
            }
        }
        if (!ordered.isEmpty()) {
            DriverAnswers.noteInOrder(store, ordered);
        }
        if (!ports.isEmpty()) {
            host.netAttach().attach(ports);
            store.performAll(connected);
        }
    }

    /**
     * Waits until the domain's QEMU, which is up, has taken what it serves, and tells it what it has to emulate.
     *
     * @param words the end of its log
     */
    public void awaitDeviceModel(Supplier<String> words) {
        for (DevicePlan device : devices) {
            if (device instanceof NodeDevice controller && controller.emulated()) {
                new EmulatedUsb(host, d).plug(controller);
            } else if (device.servedByDeviceModel() && device.awaited()) {
                Backends.awaitOpenByDeviceModel(host.store(), run, device.words(), backend(device), words);
            }
        }
    }

    private String backend(DevicePlan device) {
        return Nodes.backend(device.backend(), device.backendKind(), d, device.devid());
    }

    private Optional<DeviceScript> script(DevicePlan device) {
        return switch (device) {
            case DiskPlan disk ->
                disk.script()
                        .map(script -> new DeviceScript(
                                disk.words(), disk.backendKind(), d, disk.devid(), script, Optional.empty(), false));
            case NicPlan nic -> nic.scripted() ? Optional.of(DeviceScript.of(d, nic)) : Optional.empty();
            case NodeDevice _ -> Optional.empty();
        };
    }

    /** From here on what was claimed stays without jxld. */
    public void keep() {
        attached.forEach(BlockAttach.Attached::keep);
    }
}
