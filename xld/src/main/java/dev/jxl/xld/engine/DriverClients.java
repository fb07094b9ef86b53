package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Mkdir;
import dev.jxl.xenstore.StoreWrite.Remove;
import dev.jxl.xenstore.StoreWrite.SetPermissions;
import dev.jxl.xenstore.StoreWrite.Write;
import dev.jxl.xenstore.Transaction;
import dev.jxl.xld.engine.DeviceIndex.Entry;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The devices of guests that a driver domain serves, by the toolstack's own index: what a guest or the driver domain has written about
 * them decides nothing.
 */
final class DriverClients {
    /** jxl's note in the index that a backend which answers in order serves the device. */
    static final String IN_ORDER = "jxl-backend";

    private static final List<String> KINDS = List.of("vbd", "vif");

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
            IN_ORDER,
            Nodes.UNFINISHED);

    /** What the backend's domain owns of a frontend. */
    private static final Set<String> OF_BACKEND = Set.of("mtu");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MOST_NODES = 256;
    private static final int DEEPEST = 2;

    private final Host host;

    DriverClients(Host host) {
        this.host = host;
    }

    /**
     * A device that a driver domain serves.
     *
     * @param client whose it is
     * @param inOrder whether a new backend can go on exactly where the old one was
     */
    record Device(DomainId client, DomainUuid uuid, Entry entry, boolean inOrder) {
        String words() {
            return (entry.kind().equals("vif") ? "nic " : "disk ") + entry.devid() + " of domain " + client;
        }

        /** As jxl-backend calls it. */
        String counter() {
            return entry.kind() + "-" + client + "-" + entry.devid();
        }

        boolean disk() {
            return entry.kind().equals("vbd");
        }

        String backend() {
            return entry.backend().orElseThrow();
        }
    }

    /** All devices that a driver domain serves, by client, kind and number. */
    List<Device> list(DomainId driver) {
        StoreAccess store = host.store();
        List<Device> out = new ArrayList<>();
        for (DomainFacts client : host.hypervisor().listDomains()) {
            if (client.id().equals(driver) || client.flags().dying()) {
                continue;
            }
            for (String kind : KINDS) {
                for (Entry entry : DeviceIndex.list(store, client.id(), kind)) {
                    if (entry.backendDomain().equals(Optional.of(driver))) {
                        boolean inOrder =
                                store.find(entry.path() + "/" + IN_ORDER).isPresent();
                        out.add(new Device(client.id(), client.uuid(), entry, inOrder));
                    }
                }
            }
        }
        return List.copyOf(out);
    }

    /** Notes of devices that a backend serves them which answers in order. */
    void noteInOrder(List<Entry> devices) {
        host.store().change(t -> {
            for (Entry device : devices) {
                // A device that was detached meanwhile must not come back as half a one.
                if (t.find(device.path() + "/backend").isPresent()) {
                    t.write(device.path() + "/" + IN_ORDER, "1");
                }
            }
        });
    }

    /** Whether a device's client uses it in a way that only a backend which answers in order can go on with. */
    boolean isLost(Device device) {
        return device.disk() && !device.inOrder() && ringLives(host.store(), device.entry());
    }

    private static boolean ringLives(StoreAccess store, Entry entry) {
        return switch (Backends.state(store, entry.frontend())) {
            case INITIALISING, INIT_WAIT, INITIALISED, CLOSED, ABSENT -> false;
            default -> true;
        };
    }

    /**
     * Writes the backends' nodes of all clients, for a driver domain that is to begin: one transaction for each client. The
     * clients' states and rings stay as they are.
     *
     * @return what is served now
     */
    List<Device> serve(DomainId driver) {
        Map<DomainId, List<Device>> byClient = new TreeMap<>();
        list(driver)
                .forEach(d -> byClient.computeIfAbsent(d.client(), c -> new ArrayList<>())
                        .add(d));
        List<Device> served = new ArrayList<>();
        byClient.values().forEach(devices -> served.addAll(host.store().transaction(t -> serve(t, driver, devices))));
        return List.copyOf(served);
    }

    private static List<Device> serve(Transaction t, DomainId driver, List<Device> devices) {
        List<Device> served = new ArrayList<>();
        for (Device device : devices) {
            Entry entry = device.entry();
            boolean there = t.find(entry.path() + "/backend").equals(entry.backend())
                    && t.find(entry.frontend() + "/backend").isPresent();
            boolean lost = device.disk() && !device.inOrder() && ringLives(t, entry);
            if (there && !lost) {
                t.performAll(nodes(t, driver, device));
                served.add(device);
            }
        }
        return served;
    }

    private static List<StoreWrite> nodes(StoreAccess store, DomainId driver, Device device) {
        Entry entry = device.entry();
        String backend = device.backend();
        List<StoreWrite> out = new ArrayList<>(List.of(
                new Remove(backend),
                new Mkdir(backend),
                new SetPermissions(backend, owned(driver, device.client())),
                new Write(backend + "/frontend", entry.frontend())));
        for (String name : store.list(entry.path()).stream().sorted().toList()) {
            if (!NOT_COPIED.contains(name)) {
                store.find(entry.path() + "/" + name)
                        .ifPresent(value -> out.add(new Write(backend + "/" + name, value)));
            }
        }
        if (!device.disk()) {
            out.add(new Write(backend + "/hotplug-status", ""));
        }
        out.add(new Write(backend + "/online", "1"));
        out.add(new Write(backend + "/state", Backends.State.INITIALISING.text()));
        rights(store, entry.frontend(), owned(device.client(), driver), owned(driver, device.client()), 0, out);
        return List.copyOf(out);
    }

    /** xenstored has taken the rights of the domain that died away from what it could read; what is there is the guest's doing. */
    private static void rights(
            StoreAccess store,
            String path,
            List<Permission> guests,
            List<Permission> backends,
            int depth,
            List<StoreWrite> out) {
        out.add(new SetPermissions(path, guests));
        for (String name : store.list(path)) {
            if (out.size() >= MOST_NODES
                    || depth >= DEEPEST
                    || !NAME.matcher(name).matches()) {
                continue;
            }
            if (depth == 0 && OF_BACKEND.contains(name)) {
                out.add(new SetPermissions(path + "/" + name, backends));
            } else {
                rights(store, path + "/" + name, guests, backends, depth + 1, out);
            }
        }
    }

    private static List<Permission> owned(DomainId owner, DomainId reader) {
        return List.of(Permission.owner(owner.value()), Permission.read(reader.value()));
    }
}
