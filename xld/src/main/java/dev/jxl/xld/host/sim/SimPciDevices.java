package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.xld.host.PciDevices;
import java.util.List;
import java.util.Optional;

/** The port to the simulated machine's PCI devices. */
record SimPciDevices(Incarnation life, SimPci pci, SimXen xen) implements PciDevices {
    @Override
    public List<Device> list() {
        return life.call("pciDevices.list", pci::list);
    }

    @Override
    public Optional<Device> find(Address address) {
        return life.call("pciDevices.find " + address, () -> pci.find(address));
    }

    @Override
    public boolean hasBackend() {
        return life.call("pciDevices.hasBackend", pci::hasBackend);
    }

    @Override
    public boolean hasIommu() {
        return life.call("pciDevices.hasIommu", pci::hasIommu);
    }

    @Override
    public Optional<String> findUse(Address address) {
        return life.call("pciDevices.findUse " + address, () -> pci.findUse(address));
    }

    @Override
    public List<Address> listInseparable(Address address) {
        return life.call("pciDevices.listInseparable " + address, () -> pci.listInseparable(address));
    }

    @Override
    public void unbind(Address address) {
        life.perform("pciDevices.unbind " + address, () -> pci.unbind(address));
    }

    @Override
    public void bind(Address address, String driver) {
        life.perform("pciDevices.bind " + address, () -> pci.bind(address, driver));
    }

    @Override
    public void bindToBackend(Address address) {
        life.perform("pciDevices.bindToBackend " + address, () -> pci.bindToBackend(address));
    }

    @Override
    public void unbindFromBackend(Address address) {
        life.perform("pciDevices.unbindFromBackend " + address, () -> pci.unbindFromBackend(address));
    }

    @Override
    public void quarantine(Address address) {
        life.perform("pciDevices.quarantine " + address, () -> pci.quarantine(address));
    }

    @Override
    public void endQuarantine(Address address) {
        life.perform("pciDevices.endQuarantine " + address, () -> pci.endQuarantine(address));
    }

    @Override
    public void reset(Address address) {
        life.perform("pciDevices.reset " + address, () -> pci.reset(address));
    }

    @Override
    public void permit(DomainId domain, Address address, boolean allow) {
        life.perform("pciDevices.permit " + domain + " " + address, () -> {
            xen.require(domain);
            pci.permit(domain, address, allow);
        });
    }

    @Override
    public void setPermissive(Address address) {
        life.perform("pciDevices.setPermissive " + address, () -> pci.reset(address));
    }

    @Override
    public void assign(DomainId domain, Address address, boolean relaxed) {
        life.perform("pciDevices.assign " + domain + " " + address, () -> {
            xen.require(domain);
            pci.assign(domain, address);
        });
    }

    @Override
    public void deassign(DomainId domain, Address address) {
        life.perform("pciDevices.deassign " + domain + " " + address, () -> pci.deassign(domain, address));
    }
}
