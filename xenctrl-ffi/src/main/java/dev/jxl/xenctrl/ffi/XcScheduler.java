package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_GETINFO;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_INFOFREE;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_MOVEDOMAIN;
import static dev.jxl.xenctrl.ffi.XcFunction.GET_CPUMAP_SIZE;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT2_DOMAIN_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT2_DOMAIN_SET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT_DOMAIN_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT_DOMAIN_SET;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.SchedulerCalls;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** {@link SchedulerCalls} by libxenctrl. */
public final class XcScheduler implements SchedulerCalls {
    private static final String CREDIT = "xen_domctl_sched_credit";
    private static final String CREDIT2 = "xen_domctl_sched_credit2";

    private final NativeLanes lanes;

    /** On these lanes. */
    public XcScheduler(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public Credit credit(int domid) {
        return read(SCHED_CREDIT_DOMAIN_GET, CREDIT, domid);
    }

    @Override
    public void applyCredit(int domid, Credit credit) {
        write(SCHED_CREDIT_DOMAIN_SET, CREDIT, domid, credit);
    }

    @Override
    public Credit credit2(int domid) {
        return read(SCHED_CREDIT2_DOMAIN_GET, CREDIT2, domid);
    }

    @Override
    public void applyCredit2(int domid, Credit credit) {
        write(SCHED_CREDIT2_DOMAIN_SET, CREDIT2, domid, credit);
    }

    private Credit read(CFunction function, String struct, int domid) {
        return lanes.fast(function, domid, xc -> {
            StructView share = xc.struct(struct);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, share.segment()));
            return new Credit(share.u16("weight"), share.u16("cap"));
        });
    }

    private void write(CFunction function, String struct, int domid, Credit credit) {
        lanes.fast(function, domid, xc -> {
            StructView share = xc.struct(struct);
            share.u16("weight", credit.weight());
            share.u16("cap", credit.cap());
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, share.segment()));
        });
    }

    @Override
    public List<CpuPool> listCpuPools() {
        return lanes.fast(CPUPOOL_GETINFO, -1, xc -> {
            List<CpuPool> pools = new ArrayList<>();
            long mapBytes = XcVcpus.map(xc, GET_CPUMAP_SIZE).byteSize();
            int wanted = 0;
            while (true) {
                MemorySegment found = (MemorySegment) xc.handle().invokeExact(xc.capture(), xc.xch(), wanted);
                if (found.equals(MemorySegment.NULL)) {
                    if (xc.errno() != Errno.ENOENT) {
                        throw xc.failure(CPUPOOL_GETINFO);
                    }
                    return List.copyOf(pools);
                }
                StructView info = StructView.at(xc.abi().struct("xc_cpupoolinfo"), found);
                pools.add(new CpuPool(
                        info.u32("cpupool_id"),
                        info.u32("sched_id"),
                        info.u32("n_dom"),
                        XcVcpus.bits(Restricted.sized(info.pointer("cpumap"), mapBytes))));
                xc.handle(CPUPOOL_INFOFREE).invokeExact(xc.capture(), xc.xch(), found);
                wanted = pools.getLast().id() + 1;
            }
        });
    }

    @Override
    public void moveToCpuPool(int domid, int cpupoolId) {
        lanes.fast(
                CPUPOOL_MOVEDOMAIN,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), cpupoolId, domid)));
    }
}
