package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_NODE_GETAFFINITY;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_NODE_SETAFFINITY;
import static dev.jxl.xenctrl.ffi.XcFunction.GET_CPUMAP_SIZE;
import static dev.jxl.xenctrl.ffi.XcFunction.GET_NODEMAP_SIZE;
import static dev.jxl.xenctrl.ffi.XcFunction.VCPU_GETAFFINITY;
import static dev.jxl.xenctrl.ffi.XcFunction.VCPU_GETINFO;
import static dev.jxl.xenctrl.ffi.XcFunction.VCPU_SETAFFINITY;

import dev.jxl.xenctrl.VcpuCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.Optional;

/** {@link VcpuCalls} by libxenctrl. */
public final class XcVcpus implements VcpuCalls {
    private final NativeLanes lanes;

    /** On these lanes. */
    public XcVcpus(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public Affinity affinity(int domid, int vcpu) {
        return lanes.fast(VCPU_GETAFFINITY, domid, xc -> {
            MemorySegment hard = map(xc, GET_CPUMAP_SIZE);
            MemorySegment soft = map(xc, GET_CPUMAP_SIZE);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, vcpu, hard, soft, both(xc)));
            return new Affinity(bits(hard), bits(soft));
        });
    }

    @Override
    public Affinity applyAffinity(int domid, int vcpu, Optional<BitSet> hard, Optional<BitSet> soft, boolean force) {
        return lanes.fast(VCPU_SETAFFINITY, domid, xc -> {
            MemorySegment hardMap = hard.isPresent() ? fill(map(xc, GET_CPUMAP_SIZE), hard.get()) : MemorySegment.NULL;
            MemorySegment softMap = soft.isPresent() ? fill(map(xc, GET_CPUMAP_SIZE), soft.get()) : MemorySegment.NULL;
            int flags = (hard.isPresent() ? xc.abi().constant("XEN_VCPUAFFINITY_HARD") : 0)
                    | (soft.isPresent() ? xc.abi().constant("XEN_VCPUAFFINITY_SOFT") : 0)
                    | (force ? xc.abi().constant("XEN_VCPUAFFINITY_FORCE") : 0);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, vcpu, hardMap, softMap, flags));
            return new Affinity(
                    hard.isPresent() ? bits(hardMap) : new BitSet(), soft.isPresent() ? bits(softMap) : new BitSet());
        });
    }

    @Override
    public BitSet nodeAffinity(int domid) {
        return lanes.fast(DOMAIN_NODE_GETAFFINITY, domid, xc -> {
            MemorySegment map = map(xc, GET_NODEMAP_SIZE);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, map));
            return bits(map);
        });
    }

    @Override
    public void applyNodeAffinity(int domid, BitSet nodes) {
        lanes.fast(DOMAIN_NODE_SETAFFINITY, domid, xc -> {
            MemorySegment map = fill(map(xc, GET_NODEMAP_SIZE), nodes);
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, map));
        });
    }

    @Override
    public VcpuInfo vcpuInfo(int domid, int vcpu) {
        return lanes.fast(VCPU_GETINFO, domid, xc -> {
            StructView info = xc.struct("xen_domctl_getvcpuinfo");
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, vcpu, info.segment()));
            return new VcpuInfo(
                    info.u8("online") != 0,
                    info.u8("blocked") != 0,
                    info.u8("running") != 0,
                    info.u64("cpu_time"),
                    info.u32("cpu"));
        });
    }

    private static int both(XcCall xc) {
        return xc.abi().constant("XEN_VCPUAFFINITY_HARD") | xc.abi().constant("XEN_VCPUAFFINITY_SOFT");
    }

    /** An empty map of the host's size; in whole words, as libxc reads it by words. */
    static MemorySegment map(XcCall xc, CFunction size) throws Throwable {
        int bytes = xc.check(size, (int) xc.handle(size).invokeExact(xc.capture(), xc.xch()));
        return xc.arena().allocate(Math.ceilDiv(bytes, Long.BYTES) * (long) Long.BYTES, Long.BYTES);
    }

    /** Sets the bits; those beyond the host's size are dropped, as C has nowhere to put them. */
    static MemorySegment fill(MemorySegment map, BitSet bits) {
        byte[] bytes = bits.toByteArray();
        long length = Math.min(bytes.length, map.byteSize());
        MemorySegment.copy(bytes, 0, map, ValueLayout.JAVA_BYTE, 0, Math.toIntExact(length));
        return map;
    }

    static BitSet bits(MemorySegment map) {
        return BitSet.valueOf(map.toArray(ValueLayout.JAVA_BYTE));
    }
}
