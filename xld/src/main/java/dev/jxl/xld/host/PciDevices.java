package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.config.PciSpec;
import java.util.List;
import java.util.Optional;

/**
 * The PCI devices of the host: which driver has them, and giving them to domains. pciback is dom0's driver that holds a device
 * for a domain. Failures are {@link dev.jxl.xld.api.ToolstackException}s; addresses are those of one function.
 */
public interface PciDevices {
    /** The name of dom0's driver that holds devices for domains. */
    String BACKEND = "pciback";

    /** All, by address. */
    List<Device> list();

    /** One; empty when the host has none there. */
    Optional<Device> find(PciSpec.Address address);

    /** Whether dom0's kernel has pciback. */
    boolean hasBackend();

    /** Whether Xen has an IOMMU, without which no domain can have a device. */
    boolean hasIommu();

    /** What dom0 itself does with a device, as half a sentence: "its interface eth0 is up"; empty when nothing is known. */
    Optional<String> findUse(PciSpec.Address address);

    /**
     * The other devices that an IOMMU cannot tell from this one, because they reach memory through one bridge to conventional PCI: who has
     * one of them reaches whatever memory any of them is shown.
     *
     * @source xen/drivers/passthrough/pci.c: pdev_type, find_upstream_bridge
     */
    List<PciSpec.Address> listInseparable(PciSpec.Address address);

    /** Takes a device from the driver that has it; nothing happens when none has. */
    void unbind(PciSpec.Address address);

    /**
     * Gives a device that no driver has to one.
     *
     * @param driver its name, as in {@code /sys/bus/pci/drivers}
     */
    void bind(PciSpec.Address address, String driver);

    /** Gives a device that no driver has to pciback. */
    void bindToBackend(PciSpec.Address address);

    /** Takes a device from pciback, and pciback's claim to it; nothing happens when it has none. */
    void unbindFromBackend(PciSpec.Address address);

    /** Keeps a device from reaching any memory while no domain has it: it is Xen's own domain's. */
    void quarantine(PciSpec.Address address);

    /** Ends that. */
    void endQuarantine(PciSpec.Address address);

    /** Puts a device that pciback has into the state that it has after power-on, as far as it can. */
    void reset(PciSpec.Address address);

    /**
     * Lets a domain use a device's I/O ports, memory and interrupt, or forbids it.
     *
     * @throws dev.jxl.xld.api.ToolstackException.HypercallRefused when Xen does not know the domain, too
     */
    void permit(DomainId domain, PciSpec.Address address, boolean allow);

    /** Lets the domain that has a device write all of its configuration space. */
    void setPermissive(PciSpec.Address address);

    /**
     * Has the IOMMU show the domain's memory to a device.
     *
     * @param relaxed whether a reserved region of memory in the way only makes Xen warn
     */
    void assign(DomainId domain, PciSpec.Address address, boolean relaxed);

    /** Ends that. */
    void deassign(DomainId domain, PciSpec.Address address);

    /**
     * One device function.
     *
     * @param vendor PCI's number of who made it
     * @param device that vendor's number of it
     * @param deviceClass PCI's class, 24 bits
     * @param driver the driver that has it
     */
    record Device(PciSpec.Address address, int vendor, int device, int deviceClass, Optional<String> driver) {
        /** Whether pciback has it. */
        public boolean heldForDomains() {
            return driver.equals(Optional.of(BACKEND));
        }
    }
}
