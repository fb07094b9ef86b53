package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.Transaction;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.plan.Nodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a domain and all that belongs to it away. Every part is idempotent, so it can be run again after a crash, and on a domain
 * of which only parts are left.
 *
 * @source tools/libs/light/libxl_domain.c: libxl__destroy_domid
 */
final class Teardown {
    private static final System.Logger LOG = System.getLogger(Teardown.class.getName());
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
    private static final Pattern BACKEND =
            Pattern.compile("/local/domain/([0-9]{1,5})/backend/([a-z0-9_-]{1,32})/([0-9]{1,5})/([0-9]{1,10})");

    /** Backends that QEMU was: it is gone by then, and nobody would answer. */
    private static final Pattern OF_DEVICE_MODEL =
            Pattern.compile("/local/domain/0/backend/(qdisk|vkbd|vfb|9pfs|qusb)/");

    private final Host host;
    private final DomainLog log;

    Teardown(Host host, DomainLog log) {
        this.host = host;
        this.log = log;
    }

    /** Is told where it stands. */
    @FunctionalInterface
    interface Progress {
        void phase(String words);
    }

    /** One device, by the toolstack's own index. */
    private record Device(String kind, int devid, String index, String frontend, Optional<String> backend) {}

    /**
     * Destroys a domain if it is there, and clears what it left: backends, loop devices, xenstore, files.
     *
     * @param domid its number, if it ever had one
     * @param uuid its UUID: a domain of that number with another UUID is not touched
     */
    void perform(Optional<DomainId> domid, DomainUuid uuid, Progress progress) {
        Optional<DomainId> found = domid.or(() -> findByUuid(uuid));
        if (found.isPresent() && !belongsToAnother(found.get(), uuid)) {
            destroy(found.get(), uuid, progress);
        }
        host.blockAttach().releaseAll(uuid);
        removeVm(uuid);
    }

    private Optional<DomainId> findByUuid(DomainUuid uuid) {
        return host.hypervisor().listDomains().stream()
                .filter(f -> f.uuid().equals(uuid))
                .map(DomainFacts::id)
                .findFirst();
    }

    private boolean belongsToAnother(DomainId d, DomainUuid uuid) {
        Optional<DomainFacts> facts = host.hypervisor().find(d);
        if (facts.isPresent()) {
            return !facts.get().uuid().equals(uuid);
        }
        Optional<String> vm = host.store().find(Nodes.domain(d) + "/vm");
        return vm.isPresent() && !vm.get().equals(Nodes.vm(uuid));
    }

    private void destroy(DomainId d, DomainUuid uuid, Progress progress) {
        Optional<DomainState> became = Optional.empty();
        Optional<DomainFacts> facts = host.hypervisor().find(d);
        facts.ifPresent(log::leaving);
        try {
            clear(d, uuid, facts, progress);
            boolean still = facts.isPresent()
                    && host.hypervisor()
                            .find(d)
                            .filter(f -> f.uuid().equals(uuid))
                            .isPresent();
            became = Optional.of(still ? new DomainState.Dying() : new DomainState.Absent());
        } finally {
            log.left(d, uuid, became);
        }
    }

    private void clear(DomainId d, DomainUuid uuid, Optional<DomainFacts> facts, Progress progress) {
        if (facts.isPresent() && !facts.get().flags().dying()) {
            progress.phase("pausing domain " + d);
            ifPresent(() -> host.hypervisor().pause(d));
        }
        // The node goes first: an end of the device model without it is no accident.
        host.store().remove(Nodes.deviceModel(d));
        host.deviceModel().stop(d, uuid);
        List<Device> devices = devices(d);
        if (!devices.isEmpty()) {
            progress.phase("disconnecting the devices of domain " + d);
            disconnect(d, devices);
        }
        progress.phase("removing the xenstore nodes of domain " + d);
        host.store().change(t -> {
            t.remove(Nodes.domain(d));
            t.remove(Nodes.libxl(d));
        });
        removeVm(uuid);
        host.files().removeUserdata(d, uuid);
        if (facts.isPresent()) {
            progress.phase("destroying domain " + d);
            ifPresent(() -> host.hypervisor().destroy(d));
        }
    }

    /** Takes a stopped domain's devices away and lets it be otherwise. */
    void detach(DomainId d, DomainUuid uuid, Progress progress) {
        List<Device> devices = devices(d);
        if (!devices.isEmpty()) {
            progress.phase("disconnecting the devices of domain " + d);
            disconnect(d, devices);
        }
        host.blockAttach().releaseAll(uuid);
    }

    private static void ifPresent(Runnable call) {
        try {
            call.run();
        } catch (ToolstackException.DomainNotFound e) {
            LOG.log(System.Logger.Level.DEBUG, "the domain went by itself meanwhile");
        }
    }

    private void removeVm(DomainUuid uuid) {
        boolean elsewhere =
                host.hypervisor().listDomains().stream().anyMatch(f -> f.uuid().equals(uuid) && ownsVm(f.id(), uuid));
        if (!elsewhere) {
            host.store().remove(Nodes.vm(uuid));
        }
    }

    private boolean ownsVm(DomainId d, DomainUuid uuid) {
        return host.store().find(Nodes.domain(d) + "/vm").equals(Optional.of(Nodes.vm(uuid)));
    }

    private List<Device> devices(DomainId d) {
        XenStore store = host.store();
        List<Device> out = new ArrayList<>();
        for (String kind : store.list(Nodes.devices(d))) {
            for (String devid : store.list(Nodes.devices(d) + "/" + kind)) {
                if (devid.matches("[0-9]{1,9}")) {
                    int number = Integer.parseInt(devid);
                    String index = Nodes.devices(d) + "/" + kind + "/" + devid;
                    Optional<String> backend = store.find(index + "/backend").filter(b -> ours(b, d));
                    out.add(new Device(kind, number, index, Nodes.frontend(d, kind, number), backend));
                }
            }
        }
        return out;
    }

    private static boolean ours(String backend, DomainId d) {
        Matcher m = BACKEND.matcher(backend);
        return m.matches() && m.group(3).equals(d.toString());
    }

    private void disconnect(DomainId d, List<Device> devices) {
        XenStore store = host.store();
        List<String> closing = store.transaction(t -> {
            List<String> backends = new ArrayList<>();
            for (Device device : devices) {
                close(t, device).ifPresent(backends::add);
            }
            return List.copyOf(backends);
        });
        long end = System.nanoTime() + CLOSE_PATIENCE.toNanos();
        for (String backend : closing) {
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            if (!Backends.awaitClosed(store, backend, left)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "backend " + backend + " did not close within " + CLOSE_PATIENCE.toSeconds()
                                + " s; its nodes are removed all the same");
            }
        }
        devices.forEach(device -> device.backend().ifPresent(this::releaseLoopOfScript));
        store.change(t -> {
            for (Device device : devices) {
                device.backend().ifPresent(b -> {
                    removeWithEmptyParents(t, b, d);
                    removeError(t, b);
                });
                t.remove(device.index());
            }
        });
    }

    /** A disk that xl made of a file has a loop device that only its backend's nodes tell of. */
    private void releaseLoopOfScript(String backend) {
        // What another domain's backend says is not to be trusted with dom0's devices.
        if (!backend.startsWith("/local/domain/0/backend/vbd/")) {
            return;
        }
        XenStore store = host.store();
        Optional<String> script = store.find(backend + "/script").filter(name -> name.endsWith("/block"));
        Optional<String> file = store.find(backend + "/params").filter(name -> name.startsWith("/"));
        Optional<String> node = store.find(backend + "/node").filter(name -> name.startsWith("/dev/loop"));
        if (script.isPresent() && file.isPresent() && node.isPresent()) {
            host.blockAttach().releaseOfScript(Path.of(node.get()), Path.of(file.get()));
        }
    }

    /** Starts to close a backend; gives its path when it must be waited for. */
    private static Optional<String> close(Transaction t, Device device) {
        boolean console = device.kind().equals("console");
        t.remove(device.frontend());
        if (console || device.backend().isEmpty()) {
            return Optional.empty();
        }
        String backend = device.backend().get();
        if (OF_DEVICE_MODEL.matcher(backend).lookingAt()) {
            return Optional.empty();
        }
        Backends.State state = Backends.state(t, backend);
        // A backend takes only a new device: one that it has not taken notice of yet will never answer, whatever is
        // written.
        if (state.closed() || state == Backends.State.INITIALISING) {
            return Optional.empty();
        }
        t.write(backend + "/online", "0");
        t.write(backend + "/state", "5");
        return Optional.of(backend);
    }

    /** What the backend's kernel said of the device: a later domain of that number must not be shown it. */
    private static void removeError(Transaction t, String backend) {
        int at = backend.indexOf("/backend/");
        String home = backend.substring(0, at);
        String node = home + "/error" + backend.substring(at);
        if (t.find(node).isEmpty()) {
            return;
        }
        do {
            t.remove(node);
            node = node.substring(0, node.lastIndexOf('/'));
        } while (node.length() > home.length() && t.list(node).isEmpty());
    }

    private static void removeWithEmptyParents(Transaction t, String backend, DomainId d) {
        t.remove(backend);
        String ofDomain = backend.substring(0, backend.lastIndexOf('/'));
        if (ofDomain.endsWith("/" + d) && t.list(ofDomain).isEmpty()) {
            t.remove(ofDomain);
            String ofKind = ofDomain.substring(0, ofDomain.lastIndexOf('/'));
            if (t.list(ofKind).isEmpty()) {
                t.remove(ofKind);
            }
        }
    }
}
