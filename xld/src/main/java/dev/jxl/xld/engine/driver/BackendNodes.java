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
import dev.jxl.xld.engine.driver.DriverClients.Device;
import dev.jxl.xld.plan.DeviceNodes;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

    /** Those of devices that wait for their backends, and what these may do with the frontends': all asked for at once, in a few rounds. */
    static List<StoreWrite> anew(StoreAccess store, DomainId driver, List<Device> devices) {
        List<Map<String, String>> index = index(store, devices);
        List<List<String>> frontends = frontends(store, devices);
        List<StoreWrite> out = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            out.addAll(anew(driver, devices.get(i), index.get(i), frontends.get(i)));
        }
        return List.copyOf(out);
    }

    private static List<StoreWrite> anew(
            DomainId driver, Device device, Map<String, String> index, List<String> frontend) {
        String backend = device.backend();
        List<StoreWrite> out = new ArrayList<>(folder(device, index, owned(driver, device.client())));
        if (!device.disk()) {
            out.add(new Write(backend + "/hotplug-status", ""));
        }
        out.add(new Write(backend + "/online", "1"));
        out.add(new Write(backend + "/state", Backends.State.INITIALISING.text()));
        // xenstored has taken the rights of the domain that died away from what it could read.
        List<Permission> rights = owned(device.client(), driver);
        frontend.forEach(path -> out.add(new SetPermissions(path, rights)));
        if (!device.disk()) {
            // xenstored has removed what belonged to the domain that died.
            String mtu = device.entry().frontend() + "/" + MTU;
            out.add(new Write(mtu, index.getOrDefault(MTU, Integer.toString(DeviceNodes.DEFAULT_MTU))));
            out.add(new SetPermissions(mtu, owned(driver, device.client())));
        }
        return List.copyOf(out);
    }

    /** Those of devices that have been closed for good, for their driver domain alone. */
    static List<StoreWrite> closed(StoreAccess store, DomainId driver, List<Device> devices) {
        List<Map<String, String>> index = index(store, devices);
        List<StoreWrite> out = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            Device device = devices.get(i);
            String backend = device.backend();
            out.addAll(folder(device, index.get(i), List.of(Permission.owner(driver.value()))));
            if (!device.disk()) {
                // A second script, for an emulated card's interface, would double the time that it may take.
                out.add(new Write(backend + "/type", "vif"));
            }
            Optional.ofNullable(index.get(i).get(DriverClients.LOOP))
                    .ifPresent(node -> out.add(new Write(backend + "/node", node)));
            out.add(new Write(backend + "/online", "0"));
            out.add(new Write(backend + "/state", Backends.State.CLOSED.text()));
        }
        return List.copyOf(out);
    }

    /** A backend's folder, anew, with what the index has of it. */
    private static List<StoreWrite> folder(Device device, Map<String, String> index, List<Permission> rights) {
        String backend = device.backend();
        List<StoreWrite> out = new ArrayList<>(List.of(
                new Remove(backend),
                new Mkdir(backend),
                new SetPermissions(backend, rights),
                new Write(backend + "/frontend", device.entry().frontend())));
        index.forEach((name, value) -> {
            if (!NOT_COPIED.contains(name)) {
                out.add(new Write(backend + "/" + name, value));
            }
        });
        return List.copyOf(out);
    }

    /** What the index says of each device. */
    private static List<Map<String, String>> index(StoreAccess store, List<Device> devices) {
        List<String> folders =
                devices.stream().map(device -> device.entry().path()).toList();
        List<List<String>> names = store.listAll(folders).stream()
                .map(some -> some.stream().sorted().toList())
                .toList();
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            String folder = folders.get(i);
            names.get(i).forEach(name -> paths.add(folder + "/" + name));
        }
        Iterator<Optional<String>> values = store.findAll(paths).iterator();
        return names.stream()
                .map(some -> {
                    Map<String, String> index = new TreeMap<>();
                    some.forEach(name -> values.next().ifPresent(value -> index.put(name, value)));
                    return index;
                })
                .toList();
    }
    /** The folders of frontends, and what is in them. That is the guests' doing: of each, no more than some nodes of plain names. */
    private static List<List<String>> frontends(StoreAccess store, List<Device> devices) {
        List<List<String>> level = devices.stream()
                .map(device -> List.of(device.entry().frontend()))
                .toList();
        List<List<String>> all =
                level.stream().<List<String>>map(ArrayList::new).toList();
        for (int depth = 0; depth < DEEPEST; depth++) {
            boolean top = depth == 0;
            Iterator<List<String>> children =
                    store.listAll(level.stream().flatMap(List::stream).toList()).iterator();
            level = level.stream().map(parents -> below(parents, children, top)).toList();
            for (int i = 0; i < all.size(); i++) {
                List<String> nodes = all.get(i);
                level.get(i).stream().limit(MOST_NODES - nodes.size()).forEach(nodes::add);
            }
        }
        return all;
    }

    private static List<String> below(List<String> parents, Iterator<List<String>> children, boolean top) {
        List<String> out = new ArrayList<>();
        for (String parent : parents) {
            children.next().stream()
                    .filter(name -> NAME.matcher(name).matches() && !(top && name.equals(MTU)))
                    .forEach(name -> out.add(parent + "/" + name));
        }
        // What is beyond that is not asked about either.
        return List.copyOf(out.subList(0, Math.min(out.size(), MOST_NODES)));
    }

    private static List<Permission> owned(DomainId owner, DomainId reader) {
        return List.of(Permission.owner(owner.value()), Permission.read(reader.value()));
    }
}
