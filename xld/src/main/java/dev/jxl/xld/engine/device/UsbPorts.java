package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xld.engine.domain.DeviceIndex;
import dev.jxl.xld.engine.domain.DeviceIndex.Entry;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.UsbFact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The ports of guests' USB controllers. What stands in a port's node is the claim to a device of the host: of two who want it one
 * gets it.
 *
 * @source tools/libs/light/libxl_usb.c: vusb_get_port_path, get_assigned_devices
 */
public final class UsbPorts {
    /** The folder of frontends. */
    public static final String KIND = "vusb";

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]?");
    private static final Pattern BUS_ID = Pattern.compile("[0-9]{1,3}-[0-9.]{1,32}");

    private final Host host;

    public UsbPorts(Host host) {
        this.host = host;
    }

    /**
     * One port.
     *
     * @param controller its controller
     * @param number from 1
     * @param node where it says what is plugged in
     * @param busId that; empty when nothing is
     */
    public record Port(Entry controller, int number, String node, String busId) {
        /** Whether nothing is plugged into it. */
        public boolean free() {
            return busId.isEmpty();
        }

        /** As users name the place: controller and port. */
        public String name() {
            return controller.devid() + "." + number;
        }

        /** jxl's mark on a controller one of whose ports an operation is about: the port's number. */
        public String mark() {
            return markOf(controller);
        }
    }

    private static String markOf(Entry controller) {
        return controller.mark() + "-port";
    }

    /** Whether a device is a USB controller that QEMU emulates, which has no backend. */
    public static boolean emulated(StoreAccess store, Entry device) {
        return device.kind().equals(KIND)
                && store.find(device.path() + "/type")
                        .filter("devicemodel"::equals)
                        .isPresent();
    }

    /** All of a domain's controllers that dom0 serves, by controller and number. */
    public static List<Port> list(StoreAccess store, DomainId d) {
        List<Port> out = new ArrayList<>();
        for (Entry controller : DeviceIndex.list(store, d, KIND)) {
            Optional<String> home = emulated(store, controller)
                    ? Optional.of(controller.path())
                    : controller
                            .backend()
                            .filter(b -> controller.backendDomain().equals(Optional.of(DomainId.DOM0)));
            int count = store.find(controller.path() + "/num-ports")
                    .filter(text -> NUMBER.matcher(text).matches())
                    .map(Integer::parseInt)
                    .orElse(0);
            if (home.isEmpty() || count == 0) {
                continue;
            }
            List<String> nodes = IntStream.rangeClosed(1, count)
                    .mapToObj(port -> home.get() + "/port/" + port)
                    .toList();
            List<Optional<String>> values = store.findAll(nodes);
            for (int i = 0; i < count; i++) {
                String busId = values.get(i)
                        .filter(text -> BUS_ID.matcher(text).matches())
                        .orElse("");
                out.add(new Port(controller, i + 1, nodes.get(i), busId));
            }
        }
        return List.copyOf(out);
    }

    /** The port that an operation on a domain has left half done. */
    public Optional<Port> unfinished(DomainId d) {
        return list(host.store(), d).stream()
                .filter(port -> host.store().find(port.mark()).equals(Optional.of(Integer.toString(port.number()))))
                .findFirst();
    }

    /** The domain that has a device. */
    public Optional<DomainId> holder(StoreAccess store, String busId) {
        return host.hypervisor().listDomains().stream()
                .map(DomainFacts::id)
                .filter(d ->
                        list(store, d).stream().anyMatch(port -> port.busId().equals(busId)))
                .findFirst();
    }

    /** The devices of the host. */
    public List<UsbFact> facts() {
        List<DomainId> domains =
                host.hypervisor().listDomains().stream().map(DomainFacts::id).toList();
        return host.usbDevices().list().stream()
                .map(device -> new UsbFact(
                        device.busId(),
                        device.bus(),
                        device.address(),
                        device.hub(),
                        domains.stream()
                                .filter(d -> list(host.store(), d).stream()
                                        .anyMatch(port -> port.busId().equals(device.busId())))
                                .findFirst()))
                .toList();
    }
}
