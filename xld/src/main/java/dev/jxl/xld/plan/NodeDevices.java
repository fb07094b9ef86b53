package dev.jxl.xld.plan;

import dev.jxl.config.ChannelSpec;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.P9Spec;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.UsbControllerSpec;
import dev.jxl.config.UsbDeviceSpec;
import dev.jxl.config.VfbSpec;
import dev.jxl.config.VkbSpec;
import dev.jxl.config.VtpmSpec;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.plan.NodeDevice.Server;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Decides how devices other than disks and nics are made: channels, screens, keyboards, shared folders, TPMs, USB. */
public final class NodeDevices {
    /** @source tools/libs/light/libxl_internal.h: LIBXL_XENCONSOLE_LIMIT */
    private static final String CONSOLE_LIMIT = "1048576";

    private static final int MOST_XHCI_PORTS = 15;

    private final DomainSpec spec;
    private final HostSnapshot host;
    private final List<SpecProblem> problems;
    private final List<NodeDevice> out = new ArrayList<>();

    NodeDevices(DomainSpec spec, HostSnapshot host, List<SpecProblem> problems) {
        this.spec = spec;
        this.host = host;
        this.problems = problems;
    }

    /** The files and folders that a plan must know the kind of. */
    public static List<Path> files(DomainSpec spec) {
        return spec.devices().p9s().stream().flatMap(p9 -> p9.path().stream()).toList();
    }

    /** Whether QEMU serves one of them. */
    static boolean needDeviceModel(DomainSpec spec) {
        return !spec.devices().channels().isEmpty()
                || !spec.devices().vfbs().isEmpty()
                || spec.devices().vkbs().stream().anyMatch(NodeDevices::byQemu)
                || spec.devices().p9s().stream().anyMatch(NodeDevices::byQemu)
                || !spec.devices().usbControllers().isEmpty()
                || !spec.devices().usbDevices().isEmpty();
    }

    private static boolean byQemu(VkbSpec vkb) {
        return vkb.backend().orElse(VkbSpec.Backend.QEMU) == VkbSpec.Backend.QEMU;
    }

    private static boolean byQemu(P9Spec p9) {
        return p9.type().orElse(P9Spec.Type.QEMU) == P9Spec.Type.QEMU;
    }

    /** All of them; problems are told for those that cannot be. */
    List<NodeDevice> list() {
        each(spec.devices().channels(), this::channel);
        numbered(spec.devices().vkbs(), VkbSpec::devid, this::vkb);
        if (spec.type() != GuestType.HVM) {
            each(spec.devices().vfbs(), this::vfb);
        }
        numbered(spec.devices().vtpms(), VtpmSpec::devid, this::vtpm);
        each(spec.devices().p9s(), this::p9);
        numbered(spec.devices().usbControllers(), UsbControllerSpec::devid, this::usbController);
        return List.copyOf(out);
    }

    @FunctionalInterface
    private interface Decision<T> {
        Optional<NodeDevice> of(T device, int devid);
    }

    private <T> void each(List<T> devices, Decision<T> decision) {
        for (int i = 0; i < devices.size(); i++) {
            decision.of(devices.get(i), i).ifPresent(out::add);
        }
    }

    /** Devices that may have numbers of their own. */
    private <T> void numbered(List<T> devices, Function<T, Optional<Integer>> number, Decision<T> decision) {
        int next = 0;
        for (T device : devices) {
            int devid = number.apply(device).orElse(next);
            decision.of(device, devid).ifPresent(out::add);
            next = devid + 1;
        }
    }

    /** Consoles of QEMU, from number 1. @source tools/libs/light/libxl_console.c: libxl__init_console_from_channel */
    private Optional<NodeDevice> channel(ChannelSpec channel, int index) {
        int devid = index + 1;
        if (channel.name().isEmpty()) {
            return refused("channel", "channel " + index + " needs a name");
        }
        boolean socket = channel.connection() == ChannelSpec.Connection.SOCKET;
        if (socket && channel.path().isEmpty()) {
            return refused("channel", "channel '" + channel.name().get() + "' needs a path");
        }
        Map<String, String> readOnly = new LinkedHashMap<>();
        readOnly.put("name", channel.name().get());
        readOnly.put("limit", CONSOLE_LIMIT);
        readOnly.put("type", "ioemu");
        readOnly.put("output", socket ? "chardev:libxl-channel" + devid : "pty");
        readOnly.put("tty", "");
        Map<String, String> back = new LinkedHashMap<>();
        back.put("protocol", "vt100");
        back.put("name", channel.name().get());
        back.put("connection", socket ? "socket" : "pty");
        channel.path().filter(p -> socket).ifPresent(p -> back.put("path", p.toString()));
        return dom0(
                "channel",
                channel.backendDomain(),
                new NodeDevice(
                        "console",
                        "console",
                        devid,
                        DomainId.DOM0,
                        Server.DEVICE_MODEL,
                        "channel '" + channel.name().get() + "'",
                        Map.of("protocol", "vt100"),
                        readOnly,
                        back));
    }

    /** @source tools/libs/light/libxl_vkb.c: libxl__set_xenstore_vkb; xen/include/public/io/kbdif.h */
    private Optional<NodeDevice> vkb(VkbSpec vkb, int devid) {
        Map<String, String> back = new LinkedHashMap<>();
        vkb.uniqueId().ifPresent(id -> back.put("unique-id", id));
        flag(back, "feature-disable-keyboard", vkb.disableKeyboard());
        flag(back, "feature-disable-pointer", vkb.disablePointer());
        flag(back, "feature-abs-pointer", vkb.absolutePointer());
        flag(back, "feature-raw-pointer", vkb.rawPointer());
        flag(back, "feature-multi-touch", vkb.multiTouch());
        if (vkb.multiTouch()) {
            back.put("multi-touch-width", Long.toString(vkb.touchWidth()));
            back.put("multi-touch-height", Long.toString(vkb.touchHeight()));
            back.put("multi-touch-num-contacts", Long.toString(vkb.touchContacts()));
        }
        if (vkb.width() != 0) {
            back.put("width", Long.toString(vkb.width()));
        }
        if (vkb.height() != 0) {
            back.put("height", Long.toString(vkb.height()));
        }
        boolean qemu = byQemu(vkb);
        return dom0(
                "vkb",
                vkb.backendDomain(),
                new NodeDevice(
                        "vkbd",
                        qemu ? "vkbd" : "vinput",
                        devid,
                        DomainId.DOM0,
                        qemu ? Server.DEVICE_MODEL : Server.LATER,
                        "keyboard " + devid,
                        Map.of(),
                        Map.of(),
                        back));
    }

    private static void flag(Map<String, String> back, String name, boolean on) {
        if (on) {
            back.put(name, "1");
        }
    }

    /** @source tools/libs/light/libxl_console.c: libxl__device_vfb_setdefault, libxl__set_xenstore_vfb */
    private Optional<NodeDevice> vfb(VfbSpec vfb, int devid) {
        boolean vnc = vfb.vnc().enable().orElse(true);
        Map<String, String> back = new LinkedHashMap<>();
        back.put("vnc", vnc ? "1" : "0");
        vfb.vnc()
                .listen()
                .or(() -> vnc ? Optional.of("127.0.0.1") : Optional.empty())
                .ifPresent(address -> back.put("vnclisten", address));
        vfb.vnc().password().ifPresent(password -> back.put("vncpasswd", password));
        back.put("vncdisplay", Integer.toString(vfb.vnc().display().orElse(0)));
        back.put("vncunused", vfb.vnc().unused().orElse(vnc) ? "1" : "0");
        back.put("sdl", vfb.sdl().enable().orElse(false) ? "1" : "0");
        back.put("opengl", vfb.sdl().opengl().orElse(false) ? "1" : "0");
        vfb.sdl().xauthority().ifPresent(file -> back.put("xauthority", file));
        vfb.sdl().display().ifPresent(display -> back.put("display", display));
        return dom0(
                "vfb",
                vfb.backendDomain(),
                new NodeDevice(
                        "vfb",
                        "vfb",
                        devid,
                        DomainId.DOM0,
                        Server.DEVICE_MODEL,
                        "framebuffer " + devid,
                        Map.of(),
                        Map.of(),
                        back));
    }

    /** @source tools/libs/light/libxl_9pfs.c: libxl__device_p9_setdefault, libxl__set_xenstore_p9 */
    private Optional<NodeDevice> p9(P9Spec p9, int devid) {
        if (p9.tag().isEmpty() || p9.path().isEmpty() || p9.securityModel().isEmpty()) {
            return refused("p9", "shared folder " + devid + " needs tag, path and security_model");
        }
        if (!byQemu(p9)) {
            return refused("p9", "type=xen_9pfsd is not supported yet: QEMU serves shared folders");
        }
        Path path = p9.path().get();
        if (host.targets().getOrDefault(path, PathKind.MISSING) == PathKind.MISSING) {
            return refused("p9", "'" + path + "' does not exist");
        }
        return dom0(
                "p9",
                p9.backendDomain(),
                new NodeDevice(
                        "9pfs",
                        "9pfs",
                        devid,
                        DomainId.DOM0,
                        Server.DEVICE_MODEL,
                        "shared folder '" + p9.tag().get() + "'",
                        Map.of("tag", p9.tag().get()),
                        Map.of(),
                        Map.of(
                                "path",
                                path.toString(),
                                "security_model",
                                p9.securityModel().get())));
    }

    /** @source tools/libs/light/libxl_vtpm.c: libxl__set_xenstore_vtpm */
    private Optional<NodeDevice> vtpm(VtpmSpec vtpm, int devid) {
        Optional<DomainId> backend = backend(vtpm.backendDomain());
        if (backend.isEmpty()) {
            return refused("vtpm", "the backend domain '" + vtpm.backendDomain().orElse("") + "' does not exist");
        }
        String handle = Integer.toString(devid);
        return Optional.of(new NodeDevice(
                "vtpm",
                "vtpm",
                devid,
                backend.get(),
                Server.BACKEND,
                "TPM " + devid,
                Map.of("handle", handle),
                Map.of(),
                Map.of("handle", handle, "uuid", vtpm.uuid().orElseThrow().toString(), "resume", "False")));
    }

    /** @source tools/libs/light/libxl_usb.c: libxl__device_usbctrl_setdefault, libxl__device_usbctrl_add_xenstore */
    private Optional<NodeDevice> usbController(UsbControllerSpec asked, int devid) {
        UsbControllerSpec controller = asked.decidedFor(spec.type());
        UsbControllerSpec.Type type = controller.type().orElseThrow();
        boolean emulated = type == UsbControllerSpec.Type.DEVICEMODEL;
        Optional<String> problem = usbProblem(controller, emulated);
        if (problem.isPresent()) {
            return refused("usbctrl", "USB controller " + devid + ": " + problem.get());
        }
        Map<String, String> back = new LinkedHashMap<>();
        back.put("type", type.word());
        back.put("usb-ver", Integer.toString(controller.version()));
        back.put("num-ports", Integer.toString(controller.ports()));
        back.put("port", "");
        for (int port = 1; port <= controller.ports(); port++) {
            back.put("port/" + port, "");
        }
        for (UsbDeviceSpec device : spec.devices().usbDevices()) {
            if (device.controller().equals(Optional.of(devid))) {
                UsbPlaces.find(device, host.usb())
                        .ifPresent(fact -> back.put("port/" + device.port().orElseThrow(), fact.busId()));
            }
        }
        return dom0(
                "usbctrl",
                controller.backendDomain(),
                new NodeDevice(
                        "vusb",
                        "qusb",
                        devid,
                        DomainId.DOM0,
                        emulated ? Server.EMULATED : Server.DEVICE_MODEL,
                        "USB controller " + devid,
                        Map.of(),
                        Map.of(),
                        back));
    }

    private Optional<String> usbProblem(UsbControllerSpec controller, boolean emulated) {
        if (!emulated) {
            return controller.version() > 2
                    ? Optional.of("version " + controller.version() + " is not possible with type=qusb: 1 and 2 are")
                    : Optional.empty();
        }
        if (spec.type() != GuestType.HVM) {
            return Optional.of("only an HVM guest can have an emulated one: use type=qusb");
        }
        int ports = controller.ports();
        return switch (controller.version()) {
            case 1 -> ports == 2 ? Optional.empty() : Optional.of("one of version 1 has 2 ports, not " + ports);
            case 2 -> ports == 6 ? Optional.empty() : Optional.of("one of version 2 has 6 ports, not " + ports);
            default ->
                ports <= MOST_XHCI_PORTS
                        ? Optional.empty()
                        : Optional.of("one of version 3 has at most " + MOST_XHCI_PORTS + " ports, not " + ports);
        };
    }

    private Optional<DomainId> backend(Optional<String> name) {
        return BackendDomain.find(name, host.domains());
    }

    private Optional<NodeDevice> dom0(String key, Optional<String> backendDomain, NodeDevice device) {
        Optional<DomainId> backend = backend(backendDomain);
        if (backend.equals(Optional.of(DomainId.DOM0))) {
            return Optional.of(device);
        }
        return refused(
                key,
                device.words() + ": "
                        + (backend.isPresent()
                                ? "a backend in another domain than dom0 is not supported yet"
                                : "the backend domain '" + backendDomain.orElse("") + "' does not exist"));
    }

    private Optional<NodeDevice> refused(String key, String message) {
        problems.add(Planner.error(key, message));
        return Optional.empty();
    }
}
