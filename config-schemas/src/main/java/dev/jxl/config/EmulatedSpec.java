package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * Small devices that QEMU emulates for HVM guests.
 *
 * @param serial serial ports, as QEMU's -serial takes them, e.g. pty
 * @param usb whether there is a USB controller of the old kind
 * @param usbVersion a USB controller of this version, 1 to 3
 * @param usbDevices emulated or passed through, as QEMU's -usbdevice takes them, e.g. tablet
 * @param vkbDevice whether there is a paravirtual keyboard; empty: yes
 * @param soundhw the sound card, as QEMU calls it, e.g. hda
 */
public record EmulatedSpec(
        List<String> serial,
        Optional<Boolean> usb,
        @Field(least = 1, most = 3) Optional<Integer> usbVersion,
        List<String> usbDevices,
        Optional<Boolean> vkbDevice,
        Optional<String> soundhw) {
    /** What a guest has when nothing is said. */
    public static final EmulatedSpec DEFAULT = new EmulatedSpec(
            List.of(), Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Optional.empty());

    /** Makes the lists immutable. */
    public EmulatedSpec {
        serial = List.copyOf(serial);
        usbDevices = List.copyOf(usbDevices);
    }
}
