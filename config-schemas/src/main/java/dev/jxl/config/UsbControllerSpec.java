package dev.jxl.config;

import java.util.Optional;

/**
 * A USB controller for passed-through devices.
 *
 * @param type how it is made; empty: as suits the guest
 * @param version USB 1 to 3; 0: the default
 * @param ports how many; 0: the default
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 */
public record UsbControllerSpec(
        Optional<Type> type,
        @Field(most = 3, orElse = "0") int version,
        @Field(most = 31, orElse = "0") int ports,
        Optional<String> backendDomain) {
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
