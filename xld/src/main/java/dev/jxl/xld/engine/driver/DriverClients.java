package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Remove;
import dev.jxl.xenstore.StoreWrite.Write;
import dev.jxl.xenstore.Transaction;
import dev.jxl.xld.engine.device.Backends;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.domain.DeviceIndex.Entry;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The devices of guests that a driver domain serves, by the toolstack's own index: what a guest or the driver domain has written about
 * them decides nothing.
 */
final class DriverClients {
    /**
     * jxl's note in the index that a device's nodes were taken from its backend, to have it finish what is under way: "asked", "done" when
     * it had, and "forgetting" from when its driver domain is told to forget it. It goes before a backend can come again.
     */
    static final String DRAINED = "jxl-drained";

    private static final String DONE = "done";
    private static final String FORGETTING = "forgetting";

    /** jxl's note of the loop device in the driver domain that its hotplug script had made for a drained disk. */
    static final String LOOP = "jxl-drained-loop";

    private static final Pattern LOOP_DEVICE = Pattern.compile("/dev/loop[0-9]{1,7}");
    private static final List<String> KINDS = List.of("vbd", "vif");
    private static final Set<String> EVENT_CHANNELS = Set.of("event-channel", "event-channel-tx", "event-channel-rx");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,9}");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MOST_NODES = 256;

    private final Host host;

    DriverClients(Host host) {
        this.host = host;
    }

    /**
     * A device that a driver domain serves.
     *
     * @param client whose it is
     * @param inOrder whether a new backend can go on exactly where the old one was
     * @param drain how far it was drained: empty, "asked", "done" or "forgetting"
     */
    record Device(DomainId client, DomainUuid uuid, Entry entry, boolean inOrder, String drain) {
        /** Whether nothing is under way, and nobody has its ring. */
        boolean drained() {
            return drain.equals(DONE) || drain.equals(FORGETTING);
        }

        /** The same, when that has been noted of it. */
        Device notedInOrder() {
            return new Device(client, uuid, entry, true, drain);
        }

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
        Map<DomainId, DomainUuid> clients = new LinkedHashMap<>();
        for (DomainFacts client : host.hypervisor().listDomains()) {
            if (!client.id().equals(driver) && !client.flags().dying()) {
                clients.put(client.id(), client.uuid());
            }
        }
        StoreAccess store = host.store();
        List<Entry> served = DeviceIndex.list(store, List.copyOf(clients.keySet()), KINDS).stream()
                .filter(entry -> entry.backendDomain().equals(Optional.of(driver)))
                .toList();
        List<Optional<String>> notes = store.findAll(served.stream()
                .flatMap(entry -> Stream.of(entry.path() + "/" + DriverAnswers.IN_ORDER, note(entry)))
                .toList());
        List<Device> out = new ArrayList<>();
        for (int i = 0; i < served.size(); i++) {
            Entry entry = served.get(i);
            DomainUuid uuid = Objects.requireNonNull(clients.get(entry.domain()));
            boolean inOrder = notes.get(2 * i).isPresent();
            out.add(new Device(
                    entry.domain(), uuid, entry, inOrder, notes.get(2 * i + 1).orElse("")));
        }
        return List.copyOf(out);
    }

    /** Whether a device's client uses it in a way that only a backend which answers in order can go on with. */
    boolean isLost(Device device) {
        return isLost(host.store(), device);
    }

    private static boolean isLost(StoreAccess store, Device device) {
        return device.disk() && needsDrain(store, device);
    }

    /** Whether a device's client uses it, by a backend that has to finish before another one can go on exactly. */
    boolean needsDrain(Device device) {
        return needsDrain(host.store(), device);
    }

    private static boolean needsDrain(StoreAccess store, Device device) {
        return !device.inOrder() && !device.drained() && ringLives(store, device.entry());
    }

    /** Takes the nodes of devices from their backends, one transaction for each client, with a note of it. */
    void withdraw(List<Device> devices) {
        perClient(devices, (t, some) -> {
            List<Optional<String>> nodes =
                    t.findAll(some.stream().map(d -> d.backend() + "/node").toList());
            List<StoreWrite> writes = new ArrayList<>();
            for (int i = 0; i < some.size(); i++) {
                Device device = some.get(i);
                writes.add(new Write(note(device), "asked"));
                nodes.get(i)
                        .filter(node -> LOOP_DEVICE.matcher(node).matches())
                        .ifPresent(node -> writes.add(new Write(loop(device), node)));
                writes.add(new Remove(device.backend()));
            }
            t.performAll(writes);
        });
    }

    /** Notes of devices that a backend serves them which answers in order. */
    void noteInOrder(List<Device> devices) {
        DriverAnswers.noteInOrder(
                host.store(), devices.stream().map(Device::entry).toList());
    }

    /** Notes that the backends of devices have finished what was under way. */
    void noteDrained(List<Device> devices) {
        perClient(
                devices,
                (t, some) -> t.performAll(some.stream()
                        .<StoreWrite>map(device -> new Write(note(device), DONE))
                        .toList()));
    }

    /**
     * Has {@code xl devd} in a driver domain forget drained devices. It remembers those that it has connected, does not notice when their
     * nodes go, and runs no hotplug script for nodes that come again. So it is shown a closed device: it runs the script that disconnects it, and
     * removes the nodes. A frontend that could read that state would close the device; a driver of the kernel takes only a new device.
     *
     * @source tools/libs/light/libxl_device.c: backend_watch_callback, remove_device, libxl__device_destroy; Linux:
     *     drivers/xen/xenbus/xenbus_client.c: xenbus_read_driver_state; drivers/xen/xenbus/xenbus_probe.c: xenbus_probe_node;
     *     drivers/block/xen-blkfront.c: blkback_changed; drivers/net/xen-netfront.c: netback_changed
     */
    void letForget(DomainId driver, List<Device> devices) {
        perClient(devices, (t, some) -> {
            List<Optional<String>> notes =
                    t.findAll(some.stream().map(DriverClients::note).toList());
            // Told twice, it would not answer the second time.
            List<Device> remembered = IntStream.range(0, some.size())
                    .filter(i -> !notes.get(i).equals(Optional.of(FORGETTING)))
                    .mapToObj(some::get)
                    .toList();
            List<StoreWrite> writes = new ArrayList<>(BackendNodes.closed(t, driver, remembered));
            remembered.forEach(device -> writes.add(new Write(note(device), FORGETTING)));
            t.performAll(writes);
        });
    }

    /** Whether the nodes of devices have been removed, as {@code xl devd} does when it forgets them. */
    static boolean areForgotten(StoreAccess store, List<Device> devices) {
        return devices.stream().allMatch(d -> store.find(d.backend()).isEmpty());
    }

    /** Gives the nodes of drained devices back to a driver domain that lives on. */
    void putBack(DomainId driver, List<Device> devices) {
        perClient(devices, (t, some) -> {
            List<StoreWrite> writes = new ArrayList<>(BackendNodes.anew(t, driver, some));
            writes.addAll(removedNotes(some));
            t.performAll(writes);
        });
    }

    /**
     * Lets a driver domain run that has the nodes of its clients: from now on what is under way is not known again.
     *
     * @param start lets it run; where that fails, it has not
     */
    void start(DomainId driver, Runnable start) {
        List<Device> drained = list(driver).stream().filter(Device::drained).toList();
        perClient(drained, (t, some) -> t.performAll(removedNotes(some)));
        try {
            start.run();
        } catch (RuntimeException refused) {
            noteDrained(drained);
            throw refused;
        }
    }

    private static String note(Device device) {
        return note(device.entry());
    }

    private static String note(Entry entry) {
        return entry.path() + "/" + DRAINED;
    }

    static String loop(Device device) {
        return device.entry().path() + "/" + LOOP;
    }

    private static List<StoreWrite> removedNotes(List<Device> devices) {
        return devices.stream()
                .<StoreWrite>flatMap(device -> Stream.of(new Remove(note(device)), new Remove(loop(device))))
                .toList();
    }

    private void perClient(List<Device> devices, BiConsumer<Transaction, List<Device>> change) {
        byClient(devices).values().forEach(some -> host.store().change(t -> change.accept(t, those(t, some))));
    }

    /** Those that are there: one that was detached meanwhile must not come back as half a device. */
    private static List<Device> those(StoreAccess store, List<Device> devices) {
        List<Optional<String>> backends = store.findAll(devices.stream()
                .map(Device::entry)
                .flatMap(entry -> Stream.of(entry.path() + "/backend", entry.frontend() + "/backend"))
                .toList());
        return IntStream.range(0, devices.size())
                .filter(i -> backends.get(2 * i).equals(devices.get(i).entry().backend())
                        && backends.get(2 * i + 1).isPresent())
                .mapToObj(devices::get)
                .toList();
    }

    private static Map<DomainId, List<Device>> byClient(List<Device> devices) {
        Map<DomainId, List<Device>> byClient = new TreeMap<>();
        devices.forEach(d ->
                byClient.computeIfAbsent(d.client(), c -> new ArrayList<>()).add(d));
        return byClient;
    }

    /** Whether a driver domain has the ring of a device, or one of them: Xen's word. The ports are the client's, who can harm only itself. */
    boolean holdsRing(DomainId driver, Device device) {
        return ports(host.store(), device.entry().frontend()).stream()
                .anyMatch(port -> host.hypervisor().isPortBound(device.client(), port, driver));
    }

    private static List<Integer> ports(StoreAccess store, String frontend) {
        List<String> folders = new ArrayList<>(List.of(frontend));
        store.list(frontend).stream()
                .filter(name -> name.startsWith("queue-") && NAME.matcher(name).matches())
                .limit(MOST_NODES)
                .forEach(name -> folders.add(frontend + "/" + name));
        return folders.stream()
                .flatMap(folder -> store.list(folder).stream()
                        .filter(EVENT_CHANNELS::contains)
                        .flatMap(name -> store.find(folder + "/" + name).stream()))
                .filter(text -> PORT.matcher(text).matches())
                .map(Integer::valueOf)
                .toList();
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
        List<Device> served = new ArrayList<>();
        byClient(list(driver))
                .values()
                .forEach(devices -> served.addAll(host.store().transaction(t -> serve(t, driver, devices))));
        return List.copyOf(served);
    }

    private static List<Device> serve(Transaction t, DomainId driver, List<Device> devices) {
        List<Device> served =
                those(t, devices).stream().filter(device -> !isLost(t, device)).toList();
        t.performAll(BackendNodes.anew(t, driver, served));
        return served;
    }
}
