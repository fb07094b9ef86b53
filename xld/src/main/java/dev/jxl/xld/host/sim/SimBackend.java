package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The backend drivers of one domain: sees devices come in xenstore and walks the handshake with their frontends. */
final class SimBackend implements AutoCloseable {
    private static final Pattern DOMAIN = Pattern.compile("/local/domain/(\\d{1,5})(/device(/.*)?)?");
    /** What QEMU serves to its own guest. */
    private static final Set<String> OF_QEMU = Set.of("qdisk", "vfb", "vkbd", "9pfs", "qusb", "console");

    /** A TPM's backend is a program that a machine does not have of itself: it answers only when it is told to behave. */
    private static final String VTPM = "vtpm";

    private static final List<String> KINDS = Stream.concat(Stream.of("vbd", "vif", "pci", VTPM), OF_QEMU.stream())
            .toList();
    private final SimWorld world;
    private final XenStore store;
    private final int domid;
    private final BooleanSupplier runs;
    private final Optional<SimDevd> devd;
    private final Map<DevicePath, BackendDevice> devices = new HashMap<>();
    /** Whose nodes have gone, while they have the ring still: something is under way. */
    private final List<BackendDevice> lingering = new ArrayList<>();

    private final Map<String, BackendBehaviour> behaviours = new ConcurrentHashMap<>();
    private final WatchPump pump;

    SimBackend(SimWorld world, XenStore store, int domid) {
        this(world, store, domid, () -> true, false);
    }

    /**
     * Starts them.
     *
     * @param runs whether its domain does anything at all now
     * @param devd whether {@code xl devd} runs the hotplug scripts there; else they run for each device that is new
     */
    SimBackend(SimWorld world, XenStore store, int domid, BooleanSupplier runs, boolean devd) {
        this.runs = runs;
        this.devd = devd ? Optional.of(new SimDevd(store)) : Optional.empty();
        this.world = world;
        this.store = store;
        this.domid = domid;
        this.pump = WatchPump.start(store, "/local/domain", changed -> changed.ifPresentOrElse(this::look, this::scan));
    }

    void behave(String kind, BackendBehaviour behaviour) {
        behaviours.put(kind, behaviour);
        scan();
    }

    private synchronized void look(String path) {
        if (!runs.getAsBoolean()) {
            return;
        }
        Optional<DevicePath> device = DevicePath.of(path);
        if (device.isPresent()) {
            if (device.get().backendDomid() == domid) {
                step(device.get());
            }
            return;
        }
        Matcher matcher = DOMAIN.matcher(path);
        if (matcher.matches() && Integer.parseInt(matcher.group(1)) != domid) {
            int frontend = Integer.parseInt(matcher.group(1));
            List.copyOf(devices.keySet()).stream()
                    .filter(known -> known.frontendDomid() == frontend)
                    .forEach(this::step);
        } else if (path.equals("/local/domain")
                || path.startsWith("/local/domain/" + domid + "/backend")
                || path.startsWith("/local/domain/" + domid + "/device-model")) {
            scan();
        }
    }

    /** Looks at everything. */
    synchronized void scan() {
        if (!runs.getAsBoolean()) {
            return;
        }
        forEachNode(this::step);
        List.copyOf(devices.keySet()).forEach(this::step);
        lingering.removeIf(device -> {
            device.end();
            return !device.isConnected();
        });
    }

    private void forEachNode(Consumer<DevicePath> look) {
        String root = "/local/domain/" + domid + "/backend/";
        for (String kind : KINDS) {
            for (String frontend : store.list(root + kind)) {
                for (String devid : store.list(root + kind + "/" + frontend)) {
                    DevicePath.of(root + kind + "/" + frontend + "/" + devid).ifPresent(look);
                }
            }
        }
    }

    /** The daemon that runs hotplug scripts is another program than the drivers, and later than they are. */
    synchronized void letDaemonLook() {
        try {
            devd.ifPresent(program -> forEachNode(program::look));
        } catch (XenStoreException.AccessDenied notYet) {
            return;
        }
        scan();
    }

    private void step(DevicePath path) {
        try {
            BackendDevice device = devices.get(path);
            if (device == null) {
                device = probe(path);
            }
            if (device != null && (!device.isServed() || !device.step())) {
                devices.remove(path);
                if (device.isConnected()) {
                    lingering.add(device);
                }
            }
        } catch (XenStoreException.AccessDenied notYet) {
            // A toolstack that gave a driver domain too few rights, or is about to give them.
            return;
        }
    }

    /** The kernel takes only a device that is new. */
    private @org.jspecify.annotations.Nullable BackendDevice probe(DevicePath path) {
        Supplier<BackendBehaviour> behaviour = () -> behaviours.getOrDefault(
                path.kind(), path.kind().equals(VTPM) ? BackendBehaviour.ABSENT : BackendBehaviour.NORMAL);
        if (behaviour.get() == BackendBehaviour.ABSENT
                || (OF_QEMU.contains(path.kind()) && !world.qemus().serves(new DomainId(path.frontendDomid())))
                || XenbusState.of(store.find(path.backend() + "/state")) != XenbusState.INITIALISING) {
            return null;
        }
        if (path.kind().equals("console") && path.devid() == 0) {
            // xenconsoled's.
            return null;
        }
        BackendDevice device = domid != 0
                ? new DriverDevice(
                        world,
                        store,
                        path,
                        behaviour,
                        () -> devd.map(program -> program.connects(path)).orElse(true))
                : switch (path.kind()) {
                    case "vbd" -> new BlkbackDevice(world, store, path, behaviour);
                    case "vif" -> new NetbackDevice(world, store, path, behaviour);
                    case "pci" -> new PcibackDevice(world, store, path, behaviour);
                    case VTPM -> new TpmDevice(world, store, path, behaviour);
                    default -> new QemuDevice(world, store, path, behaviour);
                };
        devices.put(path, device);
        return device;
    }

    /** Its devices that have their rings. */
    synchronized List<DevicePath> connected() {
        return devices.values().stream()
                .filter(BackendDevice::isConnected)
                .map(device -> device.path)
                .toList();
    }

    /** Whether one of them has bound a client's event channel. */
    synchronized boolean hasPortOf(DomainId client, int port) {
        return Stream.concat(devices.values().stream(), lingering.stream())
                .filter(BackendDevice::isConnected)
                .map(device -> device.path)
                .filter(path -> path.frontendDomid() == client.value())
                .anyMatch(path -> store.find("/local/domain/" + client + "/device/" + path.kind() + "/" + path.devid()
                                + "/event-channel")
                        .equals(Optional.of(Integer.toString(port))));
    }

    /** Its domain has ended: Xen takes back what it had mapped. */
    synchronized void letGoOfAll() {
        devices.values().forEach(BackendDevice::disconnect);
        devices.clear();
        lingering.forEach(BackendDevice::disconnect);
        lingering.clear();
    }

    @Override
    public void close() {
        pump.close();
        store.close();
    }
}
