package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Mkdir;
import dev.jxl.xenstore.StoreWrite.Remove;
import dev.jxl.xenstore.StoreWrite.SetPermissions;
import dev.jxl.xenstore.StoreWrite.Write;
import dev.jxl.xld.engine.device.Backends;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.engine.domain.DeviceIndex.Entry;
import dev.jxl.xld.engine.driver.DriverClients.Device;
import dev.jxl.xld.plan.DeviceNodes;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The nodes that a driver domain's backend of a client's device finds, made of what only toolstacks can write. */
final class BackendNodes {
    /** What of the index is not for the backend, or is the backend's to say. */
    private static final Set<String> NOT_COPIED = Set.of(
            "frontend",
            "backend",
            "physical-device",
            "physical-device-path",
            "hotplug-status",
            "node",
            "state",
            "online",
            DriverAnswers.IN_ORDER,
            DriverClients.DRAINED,
            DriverClients.LOOP,
            Nodes.UNFINISHED);

    /** What the backend's domain owns of a nic's frontend: its hotplug script writes there, and fails where it cannot. */
    private static final String MTU = "mtu";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MOST_NODES = 256;
    private static final int DEEPEST = 2;

    private BackendNodes() {}

    /** Those of a device that waits for its backend, and what the backend may do with the frontend's. */
    static List<StoreWrite> anew(StoreAccess store, DomainId driver, Device device) {
        Entry entry = device.entry();
        String backend = device.backend();
        List<StoreWrite> out = new ArrayList<>(copied(store, device, owned(driver, device.client())));
        if (!device.disk()) {
            out.add(new Write(backend + "/hotplug-status", ""));
        }
        out.add(new Write(backend + "/online", "1"));
        out.add(new Write(backend + "/state", Backends.State.INITIALISING.text()));
        rights(store, entry.frontend(), owned(device.client(), driver), out);
        if (!device.disk()) {
            // xenstored has removed what belonged to the domain that died.
            String mtu = entry.frontend() + "/" + MTU;
            out.add(new Write(
                    mtu, store.find(entry.path() + "/" + MTU).orElse(Integer.toString(DeviceNodes.DEFAULT_MTU))));
            out.add(new SetPermissions(mtu, owned(driver, device.client())));
        }
        return List.copyOf(out);
    }

    /** Those of a device that has been closed for good, for its driver domain alone. */
    static List<StoreWrite> closed(StoreAccess store, DomainId driver, Device device) {
        String backend = device.backend();
        List<StoreWrite> out = new ArrayList<>(copied(store, device, List.of(Permission.owner(driver.value()))));
        if (!device.disk()) {
            // A second script, for an emulated card's interface, would double the time that it may take.
            out.add(new Write(backend + "/type", "vif"));
        }
        store.find(DriverClients.loop(device)).ifPresent(node -> out.add(new Write(backend + "/node", node)));
        out.add(new Write(backend + "/online", "0"));
        out.add(new Write(backend + "/state", Backends.State.CLOSED.text()));
        return List.copyOf(out);
    }

    /** A backend's folder, anew, with what the index has of it. */
    private static List<StoreWrite> copied(StoreAccess store, Device device, List<Permission> rights) {
        Entry entry = device.entry();
        String backend = device.backend();
        List<StoreWrite> out = new ArrayList<>(List.of(
                new Remove(backend),
                new Mkdir(backend),
                new SetPermissions(backend, rights),
                new Write(backend + "/frontend", entry.frontend())));
        List<String> names = store.list(entry.path()).stream()
                .filter(name -> !NOT_COPIED.contains(name))
                .sorted()
                .toList();
        List<Optional<String>> values = store.findAll(
                names.stream().map(name -> entry.path() + "/" + name).toList());
        for (int i = 0; i < names.size(); i++) {
            String copy = backend + "/" + names.get(i);
            values.get(i).ifPresent(value -> out.add(new Write(copy, value)));
        }
        return List.copyOf(out);
    }

    /** xenstored has taken the rights of the domain that died away from what it could read; what is there is the guest's doing. */
    private static void rights(StoreAccess store, String frontend, List<Permission> guests, List<StoreWrite> out) {
        List<String> level = List.of(frontend);
        for (int depth = 0; !level.isEmpty(); depth++) {
            level.forEach(path -> out.add(new SetPermissions(path, guests)));
            level = depth < DEEPEST ? below(store, level, depth == 0, MOST_NODES - out.size()) : List.of();
        }
    }

    private static List<String> below(StoreAccess store, List<String> parents, boolean top, int most) {
        List<List<String>> names = store.listAll(parents);
        List<String> out = new ArrayList<>();
        for (int i = 0; i < parents.size(); i++) {
            String parent = parents.get(i);
            names.get(i).stream()
                    .filter(name -> NAME.matcher(name).matches() && !(top && name.equals(MTU)))
                    .limit(Math.max(0, most - out.size()))
                    .forEach(name -> out.add(parent + "/" + name));
        }
        return List.copyOf(out);
    }

    private static List<Permission> owned(DomainId owner, DomainId reader) {
        return List.of(Permission.owner(owner.value()), Permission.read(reader.value()));
    }
}
