package dev.jxl.config;

import java.util.Optional;

/**
 * A USB device of the host, passed through.
 *
 * @param hostBus its bus, 1 to 255
 * @param hostAddress its address on the bus, 1 to 255
 * @param controller the number of the guest's controller; empty: any with a free port
 * @param port the controller's port; empty: a free one
 */
public record UsbDeviceSpec(
        @Field(most = 255) int hostBus,
        @Field(most = 255) int hostAddress,
        @Field(most = 65535) Optional<Integer> controller,
        @Field(least = 1, most = 31) Optional<Integer> port) {
    /** The same at a place. */
    public UsbDeviceSpec at(int number, int place) {
        return new UsbDeviceSpec(hostBus, hostAddress, Optional.of(number), Optional.of(place));
    }
}
