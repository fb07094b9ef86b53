package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.ASSIGN_DEVICE;
import static dev.jxl.xenctrl.ffi.XcFunction.DEASSIGN_DEVICE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_IOMEM_PERMISSION;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_IOPORT_PERMISSION;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_IRQ_PERMISSION;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_MEMORY_MAPPING;
import static dev.jxl.xenctrl.ffi.XcFunction.PHYSDEV_MAP_PIRQ;
import static dev.jxl.xenctrl.ffi.XcFunction.PHYSDEV_UNMAP_PIRQ;

import dev.jxl.xenctrl.DeviceCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link DeviceCalls} by libxenctrl. */
public final class XcDevices implements DeviceCalls {
    private final NativeLanes lanes;

    /** On these lanes. */
    public XcDevices(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public void permitIoPorts(int domid, int firstPort, int count, boolean allow) {
        lanes.fast(
                DOMAIN_IOPORT_PERMISSION,
                domid,
                xc -> xc.check(
                        (int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, firstPort, count, allow ? 1 : 0)));
    }

    @Override
    public void permitIoMemory(int domid, long firstMfn, long count, boolean allow) {
        lanes.fast(
                DOMAIN_IOMEM_PERMISSION,
                domid,
                xc -> xc.check((int) xc.handle()
                        .invokeExact(xc.capture(), xc.xch(), domid, firstMfn, count, (byte) (allow ? 1 : 0))));
    }

    @Override
    public void mapIoMemory(int domid, long firstGfn, long firstMfn, long count, boolean map) {
        lanes.slow(
                DOMAIN_MEMORY_MAPPING,
                domid,
                xc -> xc.check((int) xc.handle()
                        .invokeExact(xc.capture(), xc.xch(), domid, firstGfn, firstMfn, count, map ? 1 : 0)));
    }

    @Override
    public void permitIrq(int domid, int pirq, boolean allow) {
        lanes.fast(
                DOMAIN_IRQ_PERMISSION,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, pirq, allow)));
    }

    @Override
    public int mapPirq(int domid, int irq) {
        return lanes.fast(PHYSDEV_MAP_PIRQ, domid, xc -> {
            MemorySegment pirq = xc.arena().allocateFrom(ValueLayout.JAVA_INT, irq);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, irq, pirq));
            return pirq.get(ValueLayout.JAVA_INT, 0);
        });
    }

    @Override
    public void unmapPirq(int domid, int pirq) {
        lanes.fast(
                PHYSDEV_UNMAP_PIRQ,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, pirq)));
    }

    @Override
    public void assignDevice(int domid, int sbdf, boolean relaxedReservedMemory) {
        lanes.slow(ASSIGN_DEVICE, domid, xc -> {
            int flag = relaxedReservedMemory ? xc.abi().constant("XEN_DOMCTL_DEV_RDM_RELAXED") : 0;
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, sbdf, flag));
        });
    }

    @Override
    public void deassignDevice(int domid, int sbdf) {
        lanes.slow(
                DEASSIGN_DEVICE,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, sbdf)));
    }
}
