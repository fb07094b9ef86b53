package dev.jxl.xld.host;

import java.util.List;

/** The USB devices of the host, as dom0's kernel knows them. */
public interface UsbDevices {
    /** All, hubs too. */
    List<Device> list();

    /**
     * One device.
     *
     * @param busId the kernel's name of its place, which stays as long as it is plugged in there: 1-2.4
     * @param bus the number of its bus, from 1
     * @param address its number on the bus, which is another one each time it is plugged in
     * @param hub whether it is a hub
     */
    record Device(String busId, int bus, int address, boolean hub) {}
}
