package dev.jxl.config;

import java.util.Locale;
import java.util.Optional;

/**
 * A PCI device of the host, passed through.
 *
 * @param address which; empty: by name
 * @param name the name that it was made assignable with; empty: by address
 * @param slot the virtual slot, 0 to 31; empty: a free one
 * @param msiTranslate whether MSI are made INTx; no longer done by today's QEMU
 * @param powerManagement whether the guest may change the device's power state
 * @param permissive whether the guest may write all of its configuration space
 * @param seize whether it is taken from its driver without being asked
 * @param rdmPolicy what happens when a reserved region is in the way; empty: the domain's
 */
public record PciSpec(
        Optional<Address> address,
        Optional<String> name,
        @Field(most = 31) Optional<Integer> slot,
        boolean msiTranslate,
        boolean powerManagement,
        boolean permissive,
        boolean seize,
        Optional<RdmSpec.Policy> rdmPolicy) {
    /** The same by an address, whatever it was named. */
    public PciSpec at(Address place) {
        return new PciSpec(
                Optional.of(place),
                Optional.empty(),
                slot,
                msiTranslate,
                powerManagement,
                permissive,
                seize,
                rdmPolicy);
    }

    /**
     * A device, or all functions of one.
     *
     * @param domain the PCI segment
     * @param bus the bus
     * @param device the slot
     * @param function the function; 0 with allFunctions
     * @param allFunctions whether all functions of the device are meant
     */
    public record Address(
            @Field(most = 65535, orElse = "0") int domain,
            @Field(most = 255) int bus,
            @Field(most = 31) int device,
            @Field(most = 7) int function,
            boolean allFunctions) {
        /** {@code 0000:01:00.0}, with {@code *} for all functions. */
        @Override
        public String toString() {
            String place = String.format(Locale.ROOT, "%04x:%02x:%02x.", domain, bus, device);
            return place + (allFunctions ? "*" : "" + function);
        }
    }
}
