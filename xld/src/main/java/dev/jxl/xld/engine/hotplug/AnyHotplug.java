package dev.jxl.xld.engine.hotplug;

import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.engine.device.DeviceViews;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import java.util.List;

/** Devices of all kinds of running guests: who does it for each kind. */
public final class AnyHotplug {
    private final DeviceViews views;
    private final Hotplug others;
    private final PciHotplug pci;
    private final UsbHotplug usb;

    public AnyHotplug(Host host, Managed managed, Operations operations) {
        this.views = new DeviceViews(host);
        this.others = new Hotplug(host, managed, operations, views);
        this.pci = new PciHotplug(host, managed, operations);
        this.usb = new UsbHotplug(host, managed, operations);
    }

    /** A domain's devices of a kind. */
    public List<DeviceView> list(Found domain, DeviceKind kind) {
        return switch (kind) {
            case PCI -> pci.list(domain);
            case USB_DEVICE -> usb.list(domain);
            default -> views.list(domain, kind);
        };
    }

    /** Starts to give a domain a device. */
    public OperationRun attach(Found domain, DeviceRequest request) {
        return switch (request.kind()) {
            case PCI -> pci.attach(domain, request);
            case USB_DEVICE -> usb.attach(domain, request);
            default -> others.attach(domain, request);
        };
    }

    /** Starts to take a device from a domain. */
    public OperationRun detach(Found domain, DeviceKind kind, String device, boolean force) {
        return switch (kind) {
            case PCI -> pci.detach(domain, device, force);
            case USB_DEVICE -> usb.detach(domain, device);
            default -> others.detach(domain, kind, device, force);
        };
    }

    /** Finishes or takes back what an earlier jxld began on a domain that still runs. */
    public Hotplug.Outcome recover(Found domain, OperationView open) {
        return switch (open.kind()) {
            case PciHotplug.ATTACH, PciHotplug.DETACH -> pci.recover(domain, open);
            case UsbHotplug.ATTACH, UsbHotplug.DETACH -> usb.recover(domain, open);
            default -> others.recover(domain, open);
        };
    }
}
