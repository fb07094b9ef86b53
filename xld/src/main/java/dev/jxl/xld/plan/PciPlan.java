package dev.jxl.xld.plan;

import dev.jxl.config.PciSpec.Address;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A PCI device of the host for a guest, decided.
 *
 * @param address which
 * @param name what it was made assignable as
 * @param slot where the guest is to see it, 1 to 31; empty: anywhere
 * @param msiTranslate noted only
 * @param powerManagement noted only
 * @param permissive whether the guest may write all of its configuration space
 * @param relaxed whether reserved memory in the way only makes Xen warn
 * @param seize whether it has to be taken from dom0's driver first
 */
public record PciPlan(
        Address address,
        Optional<String> name,
        Optional<Integer> slot,
        boolean msiTranslate,
        boolean powerManagement,
        boolean permissive,
        boolean relaxed,
        boolean seize) {
    private static final int SLOT_SHIFT = 3;

    /** As progress and errors name it. */
    public String words() {
        return "PCI device " + address;
    }

    /** Where a guest that is asked for nothing else sees it: slot and function in one number; empty: anywhere. */
    public OptionalInt place() {
        return slot.filter(s -> s > 0).isPresent() ? OptionalInt.of(slot.get() << SLOT_SHIFT) : OptionalInt.empty();
    }
}
