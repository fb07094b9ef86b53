package dev.jxl.rest;

import dev.jxl.xld.api.HostPci;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.PciDeviceView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** PCI devices without a host: remembers what it was asked for. */
final class FakePci implements HostPci {
    final List<String> changes = new ArrayList<>();
    private final FakeToolstack toolstack;

    FakePci(FakeToolstack toolstack) {
        this.toolstack = toolstack;
    }

    @Override
    public List<PciDeviceView> devices() {
        return List.of(new PciDeviceView(
                "0000:03:00.0",
                "8086",
                "10d3",
                "020000",
                Optional.of("pciback"),
                true,
                Optional.of("spare"),
                Optional.empty()));
    }

    @Override
    public OperationView makeAssignable(String address, Optional<String> name, boolean force) {
        changes.add("keep " + address + " " + name.orElse("-") + " " + force);
        return toolstack.begin("pci-assignable-add", address, Optional.empty(), List.of());
    }

    @Override
    public OperationView endAssignable(String addressOrName, boolean rebind) {
        changes.add("give back " + addressOrName + " " + rebind);
        return toolstack.begin("pci-assignable-remove", addressOrName, Optional.empty(), List.of());
    }
}
