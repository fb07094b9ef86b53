package dev.jxl.config;

import java.util.Optional;

/**
 * A USB controller for passed-through devices.
 *
 * @param type how it is made; empty: as suits the guest
 * @param version USB 1 to 3; 0: the default
 * @param ports how many; 0: the default
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 * @param devid the controller's number; empty: the next free one
 */
public record UsbControllerSpec(
        Optional<Type> type,
        @Field(most = 3, orElse = "0") int version,
        @Field(most = 31, orElse = "0") int ports,
        Optional<String> backendDomain,
        @Field(most = 65535) Optional<Integer> devid) {
    /** The same with a number. */
    public UsbControllerSpec withDevid(int number) {
        return new UsbControllerSpec(type, version, ports, backendDomain, Optional.of(number));
    }

    /**
     * The same with what it leaves open decided.
     *
     * @param guest whose it is
     * @source tools/libs/light/libxl_usb.c: libxl__device_usbctrl_setdefault
     */
    public UsbControllerSpec decidedFor(GuestType guest) {
        Type kind = type.filter(t -> t != Type.AUTO).orElse(guest == GuestType.HVM ? Type.DEVICEMODEL : Type.QUSB);
        int usb = version == 0 ? 2 : version;
        int most = kind != Type.DEVICEMODEL || usb > 2 ? 8 : usb == 2 ? 6 : 2;
        return new UsbControllerSpec(Optional.of(kind), usb, ports == 0 ? most : ports, backendDomain, devid);
    }

    /** How it is made. */
    public enum Type implements Worded {
        /** As suits the guest. */
        AUTO,
        /** The kernel's paravirtual backend. */
        PV,
        /** Emulated by QEMU. */
        DEVICEMODEL,
        /** QEMU's paravirtual backend. */
        QUSB
    }
}
