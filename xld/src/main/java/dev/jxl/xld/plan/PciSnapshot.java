package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import dev.jxl.config.PciSpec.Address;
import java.util.List;
import java.util.Optional;

/**
 * The host's PCI devices, as far as a plan must know them.
 *
 * @param iommu whether Xen has an IOMMU
 * @param backend whether dom0's kernel has pciback
 * @param devices all
 */
public record PciSnapshot(boolean iommu, boolean backend, List<Known> devices) {
    /** For guests that have nothing to do with it. */
    public static final PciSnapshot NOT_ASKED = new PciSnapshot(false, false, List.of());

    /** Makes the list immutable. */
    public PciSnapshot {
        devices = List.copyOf(devices);
    }

    /**
     * One device.
     *
     * @param address which
     * @param name what it was made assignable as
     * @param keptForDomains whether pciback has it
     * @param holder the domain that has it
     * @param use what dom0 does with it; only where pciback has it not
     */
    public record Known(
            Address address,
            Optional<String> name,
            boolean keptForDomains,
            Optional<DomainId> holder,
            Optional<String> use) {}
}
