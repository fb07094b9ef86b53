package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.config.VbdNumber;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.domain.DeviceIndex.Entry;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Devices as users see them. The toolstack's index says what there is; the ends only say where they stand. */
public final class DeviceViews {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final Pattern TERMINAL = Pattern.compile("/dev/pts/[0-9]{1,7}");
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,14}");
    private static final Set<String> NOT_SETTINGS = Set.of(
            "frontend",
            "backend",
            "frontend-id",
            "online",
            "state",
            "hotplug-status",
            "port",
            "jxl-unfinished",
            "jxl-unfinished-port");

    private final Host host;

    public DeviceViews(Host host) {
        this.host = host;
    }

    /** A domain's devices of a kind. */
    public List<DeviceView> list(Found domain, DeviceKind kind) {
        List<DeviceView> out = new ArrayList<>();
        for (Entry entry : entries(domain, kind)) {
            out.add(view(domain.id(), kind, entry));
        }
        return List.copyOf(out);
    }

    private List<Entry> entries(Found domain, DeviceKind kind) {
        return DeviceIndex.list(host.store(), domain.id(), kind.xenstoreKind()).stream()
                // A channel is a console with a name.
                .filter(e -> kind != DeviceKind.CHANNEL
                        || host.store().find(e.path() + "/name").isPresent())
                .toList();
    }

    /**
     * One device.
     *
     * @param reference its name or number
     */
    public Entry require(Found domain, DeviceKind kind, String reference) {
        List<Entry> all = entries(domain, kind);
        return all.stream()
                .filter(e -> matches(kind, e, reference))
                .findFirst()
                .orElseThrow(() -> new ToolstackException.DeviceNotFound(
                        kind.word() + " '" + Printable.brief(reference) + "'",
                        domain.name(),
                        all.stream().map(e -> name(kind, e)).toList()));
    }

    private boolean matches(DeviceKind kind, Entry entry, String reference) {
        return switch (kind) {
            case DISK -> VbdNumber.find(reference).map(VbdNumber::value).equals(Optional.of(entry.devid()));
            case NIC ->
                reference.equals(Integer.toString(entry.devid()))
                        || (reference.indexOf(':') > 0 && name(kind, entry).equalsIgnoreCase(reference));
            case VKB, USB_CONTROLLER -> reference.equals(Integer.toString(entry.devid()));
            case VTPM ->
                reference.equals(Integer.toString(entry.devid()))
                        || name(kind, entry).equalsIgnoreCase(reference);
            case PCI, USB_DEVICE, CHANNEL -> false;
        };
    }

    /** The setting that is a device's name; empty: its number is. */
    private static Optional<String> nameNode(DeviceKind kind) {
        return switch (kind) {
            case DISK -> Optional.of("dev");
            case NIC -> Optional.of("mac");
            case VTPM -> Optional.of("uuid");
            case CHANNEL -> Optional.of("name");
            case VKB, USB_CONTROLLER, USB_DEVICE, PCI -> Optional.empty();
        };
    }

    private static List<String> ringNodes(DeviceKind kind) {
        return switch (kind) {
            case NIC -> List.of("tx-ring-ref", "rx-ring-ref");
            case VKB -> List.of("page-gref");
            case USB_CONTROLLER -> List.of("urb-ring-ref", "conn-ring-ref");
            case DISK, VTPM, CHANNEL, USB_DEVICE, PCI -> List.of("ring-ref");
        };
    }

    /** What its users call it. */
    public String name(DeviceKind kind, Entry entry) {
        return nameNode(kind)
                .flatMap(node -> host.store().find(entry.path() + "/" + node))
                .map(Printable::brief)
                .orElse(Integer.toString(entry.devid()));
    }

    private DeviceView view(DomainId d, DeviceKind kind, Entry entry) {
        XenStore store = host.store();
        String front = entry.frontend();
        String back = entry.backend().orElse(front);
        List<String> ringNames = ringNodes(kind);
        String port = kind == DeviceKind.CHANNEL ? "/port" : "/event-channel";
        List<String> paths = new ArrayList<>(List.of(front + "/state", back + "/state", front + port));
        ringNames.forEach(name -> paths.add(front + "/" + name));
        List<String> settingNames = store.list(entry.path()).stream()
                .filter(name -> !NOT_SETTINGS.contains(name))
                .toList();
        settingNames.forEach(name -> paths.add(entry.path() + "/" + name));
        List<Optional<String>> values = store.findAll(paths);
        Map<String, String> settings = new TreeMap<>();
        for (int i = 0; i < settingNames.size(); i++) {
            String name = settingNames.get(i);
            values.get(3 + ringNames.size() + i).ifPresent(value -> settings.put(name, Printable.brief(value)));
        }
        if (kind == DeviceKind.CHANNEL) {
            store.find(front + "/tty")
                    .filter(tty -> TERMINAL.matcher(tty).matches())
                    .ifPresent(tty -> settings.put("tty", tty));
        }
        return new DeviceView(
                kind,
                entry.devid(),
                nameNode(kind)
                        .flatMap(node -> Optional.ofNullable(settings.get(node)))
                        .orElse(Integer.toString(entry.devid())),
                d.value(),
                entry.backendDomain().map(DomainId::value).orElse(-1),
                entry.backend().orElse(""),
                Backends.State.of(values.get(0)).number(),
                entry.backend().isPresent() ? Backends.State.of(values.get(1)).number() : -1,
                number(values.get(2)),
                values.subList(3, 3 + ringNames.size()).stream()
                        .map(DeviceViews::number)
                        .toList(),
                settings,
                statistics(d, kind, entry, settings));
    }

    private Map<String, Long> statistics(DomainId d, DeviceKind kind, Entry entry, Map<String, String> settings) {
        if (!entry.backendDomain().equals(Optional.of(DomainId.DOM0))) {
            return Map.of();
        }
        return switch (kind) {
            case PCI, VKB, VTPM, USB_CONTROLLER, USB_DEVICE, CHANNEL -> Map.of();
            case DISK -> host.blockAttach().statistics(entry.backendKind(), d, entry.devid());
            case NIC -> {
                String name = Optional.ofNullable(settings.get("vifname"))
                        .filter(n -> INTERFACE.matcher(n).matches())
                        .orElse("vif" + d + "." + entry.devid());
                yield host.netAttach().statistics(name);
            }
        };
    }

    private static long number(Optional<String> text) {
        return text.filter(t -> NUMBER.matcher(t).matches())
                .map(Long::parseLong)
                .filter(n -> n <= 0xffffffffL)
                .orElse(-1L);
    }
}
