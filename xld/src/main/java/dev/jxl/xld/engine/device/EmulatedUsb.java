package dev.jxl.xld.engine.device;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.UsbDevices.Device;
import dev.jxl.xld.plan.NodeDevice;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * USB controllers that a domain's QEMU emulates, and what is plugged into them.
 *
 * @source tools/libs/light/libxl_usb.c: libxl__device_usbctrl_add_hvm, libxl__device_usbdev_add_hvm,
 *     libxl__device_usbctrl_del_hvm, libxl__device_usbdev_del_hvm
 */
public final class EmulatedUsb {
    private static final System.Logger LOG = System.getLogger(EmulatedUsb.class.getName());

    private final Host host;
    private final DomainId d;

    public EmulatedUsb(Host host, DomainId d) {
        this.host = host;
        this.d = d;
    }

    /** Has QEMU make a controller, with what its ports say. */
    void plug(NodeDevice controller) {
        int ports = Integer.parseInt(controller.back().getOrDefault("num-ports", "0"));
        Map<String, Object> arguments = new TreeMap<>(Map.of("id", id(controller.devid())));
        switch (Integer.parseInt(controller.back().getOrDefault("usb-ver", "2"))) {
            case 1 -> arguments.put("driver", "piix3-usb-uhci");
            case 2 -> arguments.put("driver", "usb-ehci");
            default -> {
                arguments.put("driver", "nec-usb-xhci");
                arguments.put("p2", ports);
                arguments.put("p3", ports);
            }
        }
        Object _ = host.deviceModel().ask(d, "device_add", arguments);
        List<Device> devices = host.usbDevices().list();
        for (int port = 1; port <= ports; port++) {
            String busId = controller.back().getOrDefault("port/" + port, "");
            int place = port;
            devices.stream()
                    .filter(device -> device.busId().equals(busId))
                    .forEach(device -> plug(controller.devid(), place, device));
        }
    }

    /** Has QEMU show a device of the host to the guest. */
    public void plug(int controller, int port, Device device) {
        Object _ = host.deviceModel()
                .ask(
                        d,
                        "device_add",
                        Map.of(
                                "id",
                                id(device),
                                "driver",
                                "usb-host",
                                "bus",
                                id(controller) + ".0",
                                "port",
                                Integer.toString(port),
                                "hostbus",
                                device.bus(),
                                "hostaddr",
                                device.address()));
    }

    /** Has QEMU take a device from the guest, which it does at once. Nothing happens when it is not there. */
    public void unplug(Device device) {
        unplug(id(device));
    }

    /** Has QEMU ask the guest to let go of a controller. Nothing happens when it is not there. */
    public void unplug(int controller) {
        unplug(id(controller));
    }

    private void unplug(String id) {
        if (isPlugged(id)) {
            Object _ = host.deviceModel().ask(d, "device_del", Map.of("id", id));
        }
    }

    /** Whether the guest has a controller still. */
    public boolean isPlugged(int controller) {
        return isPlugged(id(controller));
    }

    private boolean isPlugged(String id) {
        return QemuAnswers.children(host.deviceModel().ask(d, "qom-list", Map.of("path", "/machine/peripheral")))
                .contains(id);
    }

    /** Takes a controller away whatever QEMU says. Idempotent. */
    public void discard(int controller) {
        discard(id(controller));
    }

    /** The same for a device. */
    public void discard(Device device) {
        discard(id(device));
    }

    private void discard(String id) {
        try {
            unplug(id);
        } catch (ToolstackException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "'" + id + "' is taken from domain " + d + " all the same: " + e.getMessage());
        }
    }

    private static String id(int controller) {
        return "xenusb-" + controller;
    }

    private static String id(Device device) {
        return "xenusb-" + device.bus() + "-" + device.address();
    }
}
