package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.VbdNumber;
import dev.jxl.config.VncSpec;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Write;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.DeviceModel;
import dev.jxl.xld.host.DeviceModel.Launch;
import dev.jxl.xld.host.DeviceModel.Restriction;
import dev.jxl.xld.host.DeviceModel.Sight;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.NetAttach;
import dev.jxl.xld.plan.DevicePlanner;
import dev.jxl.xld.plan.HvmNodes;
import dev.jxl.xld.plan.NicPlan;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.plan.qemu.QemuCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * QEMU for one domain: its nodes, its start, the moment from which it can be relied upon, and what only it knows.
 *
 * @source tools/libs/light/libxl_dm.c: device_model_launch, device_model_confirm, device_model_postconfig_chardev,
 *     device_model_postconfig_vnc
 */
public final class DeviceModels {
    /** xl gives 60 s; a host that starts many guests at once is slower. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Duration SLICE = Duration.ofMillis(500);
    private static final Duration ROUND = Duration.ofMillis(50);

    private final Host host;
    private final DomainId domain;
    private final DomainUuid uuid;
    private final DomainSpec spec;

    /** That of one guest, as its configuration has it; it is found by both, number and UUID. */
    public DeviceModels(Host host, DomainId domain, DomainUuid uuid, DomainSpec spec) {
        this.host = host;
        this.domain = domain;
        this.uuid = uuid;
        this.spec = spec;
    }

    /**
     * Whether a complete domain's device model has ended, and nobody ended it on purpose: whoever does takes its node away first, xl
     * too.
     */
    public static boolean isLost(Host host, DomainId domain, Entry entry) {
        return entry.survivable()
                && DevicePlanner.needsDeviceModel(entry.spec())
                && !host.deviceModel().look(domain, entry.uuid()).running()
                && host.store().find(Nodes.deviceModel(domain) + "/state").isPresent();
    }

    /**
     * Ends a domain's device model and takes what it has written about itself. Idempotent.
     *
     * @return false when it had to be killed
     */
    public static boolean stop(Host host, DomainId domain, DomainUuid uuid) {
        // The node goes first: an end of the device model without it is no accident. One that is just starting writes
        // it
        // again.
        host.store().remove(Nodes.deviceModel(domain));
        boolean orderly = host.deviceModel().stop(domain, uuid);
        host.store().remove(Nodes.deviceModel(domain));
        return orderly;
    }

    /**
     * Starts it; it needs the domain to be built.
     *
     * @param incoming the state that it begins with
     */
    public void start(String program, Optional<Path> incoming) {
        Optional<Restriction> restriction = restriction();
        List<StoreWrite> before = new ArrayList<>(HvmNodes.beforeDeviceModel(domain, spec));
        before.addAll(HvmNodes.servedByDeviceModel(domain, spec));
        restriction.ifPresent(r -> before.add(
                new Write(Nodes.domain(domain) + "/image/device-model-kill-uid", Integer.toString(r.uid()))));
        host.store().change(t -> {
            t.performAll(before);
        });
        DeviceModel models = host.deviceModel();
        boolean runWith = restriction.isPresent() && models.understands(program, "-run-with");
        List<String> command =
                QemuCommand.of(domain, spec, program, restriction, runWith, this::pathMadeForDisk, incoming);
        long pid = models.start(new Launch(
                domain, uuid, spec.name(), command, QemuCommand.environment(domain, spec), restriction, incoming));
        host.store().write(Nodes.domain(domain) + "/image/device-model-pid", Long.toString(pid));
    }

    private Optional<Restriction> restriction() {
        if (!restricted()) {
            return Optional.empty();
        }
        OptionalInt user = host.deviceModel().restrictedUser(domain);
        if (user.isEmpty()) {
            throw new ToolstackException.HostUnsupported("domain '" + spec.name()
                    + "' asks for dm_restrict, but this host has no users for device models: make a user"
                    + " xen-qemuuser-range-base whose number and the 32752 after it are free");
        }
        return Optional.of(new Restriction(user.getAsInt(), QemuCommand.RUN + "/qemu-root-" + domain));
    }

    /** Only dom0's own disks: what a driver domain writes is not a path here. */
    private Optional<String> pathMadeForDisk(String vdev) {
        return VbdNumber.find(vdev)
                .flatMap(number -> host.store()
                        .find(Nodes.backend(DomainId.DOM0, "vbd", domain, number.value()) + "/physical-device-path"));
    }

    /**
     * Waits until it is ready, writes down what it tells of its serial ports and its screen, and connects emulated cards.
     *
     * @param nics the domain's
     * @throws ToolstackException.DeviceModelFailed with its last words when it ends instead
     */
    public void awaitReady(OperationRun run, List<NicPlan> nics) {
        XenStore store = host.store();
        String node = Nodes.deviceModel(domain) + "/state";
        boolean restricted = restricted();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (restricted
                ? !isWaiting()
                : store.await(node, SLICE, s -> s.find(node).filter("running"::equals))
                        .isEmpty()) {
            run.checkCancelled();
            Sight sight = host.deviceModel().look(domain, uuid);
            if (!sight.running()) {
                throw new ToolstackException.DeviceModelFailed(
                        "starting the device model of '" + spec.name() + "'", "it ended. " + words(), null);
            }
            if (System.nanoTime() > end) {
                throw new ToolstackException.DeviceModelFailed(
                        "starting the device model of '" + spec.name() + "'",
                        "it was not ready within " + PATIENCE.toSeconds() + " s. " + words(),
                        null);
            }
        }
        try {
            describe();
        } catch (ToolstackException.DeviceModelFailed e) {
            // It says that it is ready before it has made its screen.
            throw new ToolstackException.DeviceModelFailed(
                    "starting the device model of '" + spec.name() + "'", e.getMessage() + ". " + words(), e);
        }
        nics.stream()
                .filter(nic -> nic.emulated() && nic.scripted())
                .forEach(nic -> DeviceScript.of(domain, nic).connectEmulated(host));
        List<NetAttach.Port> ports = nics.stream()
                .filter(nic -> nic.emulated() && !nic.scripted())
                .map(nic -> new NetAttach.Port(
                        nic.emulatedInterfaceName(domain),
                        nic.vifname().map(name -> name + "-emu"),
                        nic.bridge(),
                        nic.mtu()))
                .toList();
        if (!ports.isEmpty()) {
            host.netAttach().attach(ports);
        }
    }

    /** Whether it is locked up; only an HVM guest's is, which its guest can attack. */
    private boolean restricted() {
        return spec.type() == GuestType.HVM && spec.deviceModel().restrict().orElse(false);
    }

    /** What it has said last, as a sentence. */
    public String words() {
        return words(host, domain, uuid);
    }

    /** What a domain's has said last, as a sentence. */
    public static String words(Host host, DomainId domain, DomainUuid uuid) {
        String words = host.deviceModel().lastWords(domain, uuid);
        return words.isEmpty() ? "It has said nothing" : "Its log ends: " + words;
    }

    /** A restricted one cannot write to xenstore; it waits, paused, to be told to go on. */
    private boolean isWaiting() {
        try {
            Object answer = host.deviceModel().ask(domain, "query-status", Map.of());
            // The second one is that of a restored one.
            return answer instanceof Map<?, ?> map
                    && ("prelaunch".equals(map.get("status")) || "paused".equals(map.get("status")));
        } catch (ToolstackException.DeviceModelFailed notYet) {
            // Its socket comes a moment after the process; nothing tells of that.
            Optional<Boolean> _ = host.store().await(Nodes.deviceModel(domain), ROUND, s -> Optional.empty());
            return false;
        }
    }

    /** A restricted one goes on; others do so by themselves. */
    public void release() {
        if (restricted()) {
            Object _ = host.deviceModel().ask(domain, "cont", Map.of());
        }
    }

    private void describe() {
        String dom = Nodes.domain(domain);
        List<StoreWrite> writes = new ArrayList<>();
        Optional<VncSpec> vnc = QemuCommand.vnc(spec);
        List<Object> answers = host.deviceModel()
                .askAll(domain, vnc.isPresent() ? List.of("query-chardev", "query-vnc") : List.of("query-chardev"));
        QemuAnswers.terminals(answers.getFirst())
                .forEach((port, tty) -> writes.add(new Write(dom + "/serial/" + port + "/tty", tty)));
        if (vnc.isPresent()) {
            QemuAnswers.vnc(answers.getLast()).ifPresent(at -> {
                writes.add(new Write(dom + "/console/vnc-listen", at.host()));
                writes.add(new Write(dom + "/console/vnc-port", Integer.toString(at.port())));
            });
            vnc.get().password().filter(p -> !p.isEmpty()).ifPresent(password -> {
                Object _ = host.deviceModel().ask(domain, "change-vnc-password", Map.of("password", password));
                writes.add(new Write(dom + "/console/vnc-pass", password));
            });
        }
        if (!writes.isEmpty()) {
            host.store().change(t -> {
                t.performAll(writes);
            });
        }
    }
}
