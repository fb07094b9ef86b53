package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_ADDCPU;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_CREATE;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_DESTROY;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_FREEINFO;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_GETINFO;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_INFOFREE;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_MOVEDOMAIN;
import static dev.jxl.xenctrl.ffi.XcFunction.CPUPOOL_REMOVECPU;
import static dev.jxl.xenctrl.ffi.XcFunction.GET_CPUMAP_SIZE;

import dev.jxl.xenctrl.CpuPoolCalls;
import dev.jxl.xenctrl.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** {@link CpuPoolCalls} by libxenctrl. */
public final class XcCpuPools implements CpuPoolCalls {
    private static final int NO_DOMID = -1;

    private final NativeLanes lanes;

    /** On these lanes. */
    public XcCpuPools(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public List<CpuPool> list() {
        return lanes.fast(CPUPOOL_GETINFO, NO_DOMID, xc -> {
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
                // SAFETY: libxenctrl allocates the struct, and a map of the host's size in whole words.
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
    public int create(int schedulerId) {
        return lanes.slow(CPUPOOL_CREATE, NO_DOMID, xc -> {
            MemorySegment id =
                    xc.arena().allocateFrom(ValueLayout.JAVA_INT, xc.abi().constant("XC_CPUPOOL_POOLID_ANY"));
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), id, schedulerId));
            return id.get(ValueLayout.JAVA_INT, 0);
        });
    }

    @Override
    public void destroy(int poolId) {
        lanes.slow(
                CPUPOOL_DESTROY,
                NO_DOMID,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), poolId)));
    }

    @Override
    public void addCpu(int poolId, int cpu) {
        lanes.slow(
                CPUPOOL_ADDCPU,
                NO_DOMID,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), poolId, cpu)));
    }

    @Override
    public void removeCpu(int poolId, int cpu) {
        lanes.slow(
                CPUPOOL_REMOVECPU,
                NO_DOMID,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), poolId, cpu)));
    }

    @Override
    public void moveDomain(int domid, int poolId) {
        lanes.slow(
                CPUPOOL_MOVEDOMAIN,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), poolId, domid)));
    }

    @Override
    public BitSet freeCpus() {
        return lanes.fast(CPUPOOL_FREEINFO, NO_DOMID, xc -> {
            long mapBytes = XcVcpus.map(xc, GET_CPUMAP_SIZE).byteSize();
            MemorySegment map = (MemorySegment) xc.handle().invokeExact(xc.capture(), xc.xch());
            if (map.equals(MemorySegment.NULL)) {
                throw xc.failure(CPUPOOL_FREEINFO);
            }
            // SAFETY: libxenctrl allocates a map of the host's size in whole words with malloc; it is ours to free.
            BitSet free = XcVcpus.bits(Restricted.sized(map, mapBytes));
            xc.handle(LibcFunction.FREE).invokeExact(xc.capture(), map);
            return free;
        });
    }
}
