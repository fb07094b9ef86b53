package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Remove;
import dev.jxl.xenstore.StoreWrite.Write;
import dev.jxl.xenstore.Transaction;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.engine.domain.DeviceIndex.Entry;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.DiskPlan;
import dev.jxl.xld.plan.NicPlan;
import dev.jxl.xld.plan.Nodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes devices away: closes their backends, frees what they stand on, removes their nodes. Every part is idempotent.
 *
 * @source tools/libs/light/libxl_device.c: libxl__initiate_device_generic_remove, libxl__device_destroy
 */
public final class DeviceRemoval {
    private static final System.Logger LOG = System.getLogger(DeviceRemoval.class.getName());

    /**
     * How long a device may take to go.
     *
     * @source tools/libs/light/libxl_internal.h: LIBXL_DESTROY_TIMEOUT
     */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration SLICE = Duration.ofMillis(500);
    private static final String CLOSING = "5";

    /** What the index says of how a device was connected. */
    private static final List<String> OF_SCRIPTS = List.of("script", "gatewaydev", "vlan", "ip", "type");

    /** Backends that QEMU is: without it nobody would answer. */
    private static final Pattern OF_DEVICE_MODEL =
            Pattern.compile("/local/domain/0/backend/(qdisk|vkbd|vfb|9pfs|qusb)/");

    private final Host host;
    private final DomainId d;
    private final DomainUuid uuid;

    /** From the guest d; its loop devices are found by the UUID. */
    public DeviceRemoval(Host host, DomainId d, DomainUuid uuid) {
        this.host = host;
        this.d = d;
        this.uuid = uuid;
    }

    /**
     * Closes without asking the guest: its ends go first, then the backends are waited for, all at once.
     *
     * @return those that did not close in time, and may still use the guest's memory
     */
    public List<String> close(List<Entry> devices) {
        XenStore store = host.store();
        boolean deaf = devices.stream().anyMatch(DeviceRemoval::servedByDeviceModel)
                && !host.deviceModel().look(d, uuid).running();
        List<String> closing = store.transaction(t -> {
            List<StoreWrite> writes = new ArrayList<>();
            devices.forEach(device -> writes.add(new Remove(device.frontend())));
            List<String> backends = open(
                    t,
                    devices.stream()
                            .filter(device -> !(deaf && servedByDeviceModel(device)))
                            .toList());
            for (String backend : backends) {
                writes.add(new Write(backend + "/online", "0"));
                writes.add(new Write(backend + "/state", CLOSING));
            }
            t.performAll(writes);
            return backends;
        });
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<String> open = new ArrayList<>();
        for (String backend : closing) {
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            if (!Backends.awaitClosed(store, backend, left)) {
                open.add(backend);
                LOG.log(
                        System.Logger.Level.WARNING,
                        "backend " + backend + " did not close within " + PATIENCE.toSeconds()
                                + " s; its nodes are removed all the same");
            }
        }
        return List.copyOf(open);
    }

    /** Whether a device is one of QEMU's in dom0. */
    public static boolean servedByDeviceModel(Entry device) {
        return device.backend()
                .filter(backend -> OF_DEVICE_MODEL.matcher(backend).lookingAt())
                .isPresent();
    }

    /** The backends that are to be closed, and to be waited for. */
    private static List<String> open(Transaction t, List<Entry> devices) {
        List<String> backends = devices.stream()
                .filter(device -> !device.kind().equals("console"))
                .flatMap(device -> device.backend().stream())
                .toList();
        List<Optional<String>> states =
                t.findAll(backends.stream().map(backend -> backend + "/state").toList());
        List<String> open = new ArrayList<>();
        for (int i = 0; i < backends.size(); i++) {
            Backends.State state = Backends.State.of(states.get(i));
            // A backend takes only a new device: one that it has not taken notice of yet will never answer, whatever is
            // written.
            if (!state.closed() && state != Backends.State.INITIALISING) {
                open.add(backends.get(i));
            }
        }
        return List.copyOf(open);
    }

    /**
     * Asks the guest to let go of a device, and waits until it has.
     *
     * @return false when it did not within {@link #PATIENCE}: the device is usable as before then
     * @throws dev.jxl.xld.api.ToolstackException.OperationCancelled the same, when a cancel was asked for
     */
    public boolean ask(Entry device, OperationRun run) {
        XenStore store = host.store();
        String backend = device.backend().orElse("");
        if (backend.isEmpty()) {
            return true;
        }
        Backends.State before = store.transaction(t -> {
            Backends.State state = Backends.state(t, backend);
            t.write(device.mark(), "detach");
            if (!state.closed()) {
                t.write(backend + "/online", "0");
                t.write(backend + "/state", CLOSING);
            }
            return state;
        });
        boolean closed = false;
        try {
            for (long slices = PATIENCE.dividedBy(SLICE); !closed && slices > 0; slices--) {
                run.checkCancelled();
                closed = Backends.awaitClosed(store, backend, SLICE);
            }
            return closed;
        } finally {
            if (!closed) {
                takeBack(device, before);
            }
        }
    }

    /**
     * Takes a request to let go back. The backend's driver does not look at its own state, so for it nothing has happened as
     * long as the guest has not moved.
     */
    public void takeBack(Entry device, Backends.State before) {
        String backend = device.backend().orElseThrow();
        host.store().change(t -> {
            Backends.State guests = Backends.state(t, device.frontend());
            boolean moved = guests == Backends.State.CLOSING || guests.closed();
            if (Backends.state(t, backend) == Backends.State.CLOSING && !moved) {
                t.write(backend + "/state", before.text());
                t.write(backend + "/online", "1");
            }
            t.remove(device.mark());
        });
    }

    /** Frees what closed devices of a domain that lives on stood on, and removes their nodes. */
    public void finish(List<Entry> devices) {
        for (Entry device : devices) {
            if (device.kind().equals("vbd")) {
                host.store()
                        .find(device.path() + "/dev")
                        .filter(Nodes::isVdev)
                        .ifPresent(vdev -> host.blockAttach()
                                .release(uuid, vdev, Twins.loopsOfOthers(host, uuid, Optional.of(d))));
            }
        }
        finishBackends(devices);
        Map<String, String> nodes = new LinkedHashMap<>();
        for (Entry device : devices) {
            nodes.put(device.frontend(), Nodes.domain(d));
            nodes.put(device.path(), Nodes.devices(d));
        }
        host.store().change(t -> {
            removeUpTo(t, nodes);
        });
    }

    /** What is to be done of {@link #finish} when the rest of the domain goes too. */
    public void finishBackends(List<Entry> devices) {
        awaitForgotten(devices);
        disconnect(devices);
        List<String> backends =
                devices.stream().flatMap(device -> device.backend().stream()).toList();
        releaseLoopsOfScripts(backends);
        Map<String, String> nodes = new LinkedHashMap<>();
        Map<String, String> errors = new LinkedHashMap<>();
        for (String backend : backends) {
            String home = backend.substring(0, backend.indexOf("/backend/"));
            nodes.put(backend, home + "/backend");
            // dom0's folder comes and goes with what is in it; another domain could not make its own again.
            boolean dom0 = home.equals(Nodes.domain(DomainId.DOM0));
            errors.put(home + "/error" + backend.substring(home.length()), dom0 ? home : home + "/error");
        }
        host.store().change(t -> {
            removeUpTo(t, nodes);
            removeErrors(t, errors);
        });
    }

    /**
     * A hotplug daemon in a driver domain disconnects a closed device and removes its nodes. When they are removed under its eyes, it goes on
     * remembering the device, and a later one of that number is not connected. jxl's own program remembers none.
     *
     * @source tools/libs/light/libxl_device.c: device_hotplug_done, device_destroy_be_watch_cb
     */
    private void awaitForgotten(List<Entry> devices) {
        XenStore store = host.store();
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (Entry device : devices) {
            if (!isRemembered(device)) {
                continue;
            }
            String backend = device.backend().orElseThrow();
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            Optional<Boolean> forgotten =
                    store.await(backend, left, s -> s.find(backend).isEmpty() ? Optional.of(true) : Optional.empty());
            if (forgotten.isEmpty()) {
                LOG.log(
                        System.Logger.Level.DEBUG,
                        "nobody removes " + backend + ": its driver domain has no hotplug daemon, or it is late");
            }
        }
    }

    private boolean isRemembered(Entry device) {
        Optional<DomainId> driver = device.backendDomain().filter(domain -> !domain.equals(DomainId.DOM0));
        return driver.isPresent()
                && Backends.state(host.store(), device.backend().orElseThrow()) == Backends.State.CLOSED
                && host.store()
                        .find(device.path() + "/" + DriverAnswers.IN_ORDER)
                        .isEmpty()
                && host.hypervisor()
                        .find(driver.get())
                        .map(DomainFacts::flags)
                        .filter(flags -> !flags.paused() && !flags.shutdown() && !flags.dying())
                        .isPresent();
    }

    /** Runs what the toolstack's index says that connected each, unless that was jxl itself. */
    private void disconnect(List<Entry> devices) {
        List<Entry> ours = devices.stream()
                .filter(device -> device.kind().equals("vif") || device.kind().equals("vbd"))
                .filter(device -> device.backendDomain().equals(Optional.of(DomainId.DOM0)))
                .toList();
        List<Optional<String>> values = host.store()
                .findAll(ours.stream()
                        .flatMap(device -> OF_SCRIPTS.stream().map(key -> device.path() + "/" + key))
                        .toList());
        for (int i = 0; i < ours.size(); i++) {
            disconnect(ours.get(i), values.subList(i * OF_SCRIPTS.size(), (i + 1) * OF_SCRIPTS.size()));
        }
    }

    /** @param values those of {@link #OF_SCRIPTS} */
    private void disconnect(Entry device, List<Optional<String>> values) {
        Optional<Path> script =
                values.get(0).filter(name -> name.startsWith("/")).map(Path::of);
        boolean plain = script.isEmpty()
                || script.get().equals(DiskPlan.BLOCK_SCRIPT)
                || (script.get().equals(NicPlan.BRIDGE_SCRIPT)
                        && values.get(2).isEmpty()
                        && values.get(3).isEmpty());
        if (!plain) {
            new DeviceScript(
                            device.kind() + " " + device.devid(),
                            device.backendKind(),
                            d,
                            device.devid(),
                            script.get(),
                            values.get(1),
                            device.kind().equals("vif") && values.get(4).equals(Optional.of("vif_ioemu")))
                    .disconnect(host);
        }
    }

    /** A disk that xl made of a file has a loop device that only its backend's nodes tell of. */
    private void releaseLoopsOfScripts(List<String> backends) {
        // What another domain's backend says is not to be trusted with dom0's devices.
        List<String> disks = backends.stream()
                .filter(backend -> backend.startsWith("/local/domain/0/backend/vbd/"))
                .toList();
        List<Optional<String>> values = host.store()
                .findAll(disks.stream()
                        .flatMap(disk -> Stream.of(disk + "/script", disk + "/params", disk + "/node"))
                        .toList());
        for (int i = 0; i < values.size(); i += 3) {
            Optional<String> script = values.get(i).filter(name -> name.endsWith("/block"));
            Optional<String> file = values.get(i + 1).filter(name -> name.startsWith("/"));
            Optional<String> node = values.get(i + 2).filter(name -> name.startsWith("/dev/loop"));
            if (script.isPresent() && file.isPresent() && node.isPresent()) {
                host.blockAttach().releaseOfScript(Path.of(node.get()), Path.of(file.get()));
            }
        }
    }

    /** What the backends' kernel said of the devices: a later domain of that number must not be shown it. */
    private static void removeErrors(Transaction t, Map<String, String> errors) {
        List<String> nodes = List.copyOf(errors.keySet());
        List<Optional<String>> words = t.findAll(nodes);
        Map<String, String> present = new LinkedHashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (words.get(i).isPresent()) {
                present.put(nodes.get(i), errors.get(nodes.get(i)));
            }
        }
        removeUpTo(t, present);
    }

    /**
     * Removes nodes, and parents that are empty then: all of one level at once.
     *
     * @param tops for each node the folder above it that stays in any case
     */
    private static void removeUpTo(Transaction t, Map<String, String> tops) {
        Map<String, String> level = tops;
        while (!level.isEmpty()) {
            t.performAll(level.keySet().stream().<StoreWrite>map(Remove::new).toList());
            Map<String, String> parents = new LinkedHashMap<>();
            level.forEach((node, top) -> {
                String parent = node.substring(0, node.lastIndexOf('/'));
                if (parent.length() > top.length()) {
                    parents.put(parent, top);
                }
            });
            List<String> paths = List.copyOf(parents.keySet());
            List<List<String>> children = t.listAll(paths);
            for (int i = 0; i < paths.size(); i++) {
                if (!children.get(i).isEmpty()) {
                    parents.remove(paths.get(i));
                }
            }
            level = parents;
        }
    }
}
