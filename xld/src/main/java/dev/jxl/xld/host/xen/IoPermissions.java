package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.IoSpec;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xld.api.ToolstackException;

/**
 * Lets one domain use I/O ports, interrupts and memory of devices.
 *
 * @source tools/libs/light/libxl_create.c: domcreate_launch_dm
 */
final class IoPermissions {
    private final XenControl xen;
    private final DomainId domain;

    IoPermissions(XenControl xen, DomainId domain) {
        this.xen = xen;
        this.domain = domain;
    }

    void grant(IoSpec io) {
        int domid = domain.value();
        io.ports()
                .forEach(ports -> having(
                        ports.words(), () -> xen.permitIoPorts(domid, (int) ports.first(), (int) ports.count(), true)));
        io.irqs()
                .forEach(irq -> having("interrupt " + irq, () -> {
                    xen.permitIrq(domid, xen.mapPirq(domid, Math.toIntExact(irq)), true);
                }));
        io.memory()
                .forEach(memory -> having(memory.words(), () -> {
                    long first = memory.firstFrame();
                    xen.permitIoMemory(domid, first, memory.count(), true);
                    // For a PV guest libxenctrl does nothing here: it maps machine frames itself.
                    xen.mapIoMemory(domid, memory.guestFrame().orElse(first), first, memory.count(), true);
                }));
    }

    private void having(String what, Runnable call) {
        try {
            call.run();
        } catch (XenControlException e) {
            throw new ToolstackException.DeviceFailed(
                    what, "letting domain " + domain + " use it", String.valueOf(e.getMessage()), e);
        }
    }
}
