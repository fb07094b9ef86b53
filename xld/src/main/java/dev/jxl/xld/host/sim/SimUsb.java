package dev.jxl.xld.host.sim;

import dev.jxl.xld.host.UsbDevices;
import dev.jxl.xld.host.UsbDevices.Device;
import java.util.ArrayList;
import java.util.List;

/** The simulated machine's USB devices: a hub, and two devices in it. Thread-safe. */
public final class SimUsb {
    private final List<Device> devices = new ArrayList<>(
            List.of(new Device("usb1", 1, 1, true), new Device("1-1", 1, 2, false), new Device("1-2", 1, 3, false)));

    SimUsb() {}

    /** Somebody pulls a device out. */
    public synchronized void unplug(String busId) {
        devices.removeIf(device -> device.busId().equals(busId));
    }

    private synchronized List<Device> list() {
        return List.copyOf(devices);
    }

    /** The port to them. */
    UsbDevices port(Incarnation life) {
        return () -> life.call("usbDevices.list", this::list);
    }
}
