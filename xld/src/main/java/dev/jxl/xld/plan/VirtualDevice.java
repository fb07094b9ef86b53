package dev.jxl.xld.plan;

import dev.jxl.config.VbdNumber;
import java.util.Optional;
import java.util.OptionalInt;

/** Numbers of virtual block devices. */
public final class VirtualDevice {
    private VirtualDevice() {}

    /**
     * The number of a disk's name, e.g. 51712 for xvda.
     *
     * @return empty when the name is none, or has no number (hde, sdq)
     */
    public static OptionalInt number(String vdev) {
        Optional<VbdNumber> number = VbdNumber.find(vdev);
        return number.isPresent() ? OptionalInt.of(number.get().value()) : OptionalInt.empty();
    }
}
