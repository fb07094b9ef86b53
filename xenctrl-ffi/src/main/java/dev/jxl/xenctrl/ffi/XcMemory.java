package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_CLAIM_PAGES;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SETMAXMEM;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SETVNUMA;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SET_LLC_COLORS;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SET_MEMMAP_LIMIT;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SET_MEMORY_MAP;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SET_POD_TARGET;
import static dev.jxl.xenctrl.ffi.XcFunction.HVM_PARAM_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.HVM_PARAM_SET;
import static dev.jxl.xenctrl.ffi.XcFunction.SET_PAGING_MEMPOOL_SIZE;

import dev.jxl.xenctrl.E820Entry;
import dev.jxl.xenctrl.HvmCalls;
import dev.jxl.xenctrl.MemoryCalls;
import dev.jxl.xenctrl.VirtualNuma;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** {@link MemoryCalls} and {@link HvmCalls} by libxenctrl. */
public final class XcMemory implements MemoryCalls, HvmCalls {
    private final NativeLanes lanes;

    /** On these lanes. */
    public XcMemory(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public void limitMemory(int domid, long maxMemKib) {
        lanes.fast(
                DOMAIN_SETMAXMEM,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, maxMemKib)));
    }

    @Override
    public void limitMemoryMap(int domid, long limitKib) {
        lanes.fast(
                DOMAIN_SET_MEMMAP_LIMIT,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, limitKib)));
    }

    @Override
    public void showMemoryMap(int domid, List<E820Entry> entries) {
        lanes.fast(DOMAIN_SET_MEMORY_MAP, domid, xc -> {
            MemorySegment array = e820(xc.abi(), entries, xc.arena());
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, array, entries.size()));
        });
    }

    /** The entries as C has them. */
    static MemorySegment e820(AbiTable abi, List<E820Entry> entries, SegmentAllocator allocator) {
        CStruct layout = abi.struct("e820entry");
        MemorySegment array = allocator.allocate(layout.size() * entries.size(), Long.BYTES);
        for (int i = 0; i < entries.size(); i++) {
            StructView entry = StructView.element(layout, array, i);
            entry.u64("addr", entries.get(i).address());
            entry.u64("size", entries.get(i).size());
            entry.u32("type", entries.get(i).type());
        }
        return array;
    }

    @Override
    public void sizePagingPool(int domid, long bytes) {
        lanes.slow(
                SET_PAGING_MEMPOOL_SIZE,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, bytes)));
    }

    @Override
    public void claimPages(int domid, long pages) {
        lanes.fast(
                DOMAIN_CLAIM_PAGES,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, pages)));
    }

    @Override
    public void targetPopulateOnDemand(int domid, long pages) {
        lanes.slow(
                DOMAIN_SET_POD_TARGET,
                domid,
                xc -> xc.check((int) xc.handle()
                        .invokeExact(
                                xc.capture(),
                                xc.xch(),
                                domid,
                                pages,
                                MemorySegment.NULL,
                                MemorySegment.NULL,
                                MemorySegment.NULL)));
    }

    @Override
    public void describeNuma(int domid, VirtualNuma numa) {
        lanes.fast(
                DOMAIN_SETVNUMA,
                domid,
                xc -> xc.check((int) xc.handle()
                        .invokeExact(
                                xc.capture(),
                                xc.xch(),
                                domid,
                                numa.nodes(),
                                numa.ranges().size(),
                                numa.vcpuToVnode().size(),
                                ranges(xc.abi(), numa, xc.arena()),
                                numbers(numa.distances(), xc.arena()),
                                numbers(numa.vcpuToVnode(), xc.arena()),
                                numbers(numa.vnodeToPnode(), xc.arena()))));
    }

    /** The virtual nodes' memory as C has it. */
    static MemorySegment ranges(AbiTable abi, VirtualNuma numa, SegmentAllocator allocator) {
        CStruct layout = abi.struct("xen_vmemrange");
        MemorySegment array = allocator.allocate(layout.size() * numa.ranges().size(), Long.BYTES);
        for (int i = 0; i < numa.ranges().size(); i++) {
            VirtualNuma.Range range = numa.ranges().get(i);
            StructView view = StructView.element(layout, array, i);
            view.u64("start", range.start());
            view.u64("end", range.end());
            view.u32("nid", range.vnode());
        }
        return array;
    }

    /** Numbers as C's unsigned int. */
    static MemorySegment numbers(List<Integer> numbers, SegmentAllocator allocator) {
        return allocator.allocateFrom(
                ValueLayout.JAVA_INT,
                numbers.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public void colourCache(int domid, List<Integer> colours) {
        lanes.fast(DOMAIN_SET_LLC_COLORS, domid, xc -> {
            MemorySegment array = numbers(colours, xc.arena());
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, array, colours.size()));
        });
    }

    @Override
    public void writeHvmParam(int domid, int param, long value) {
        lanes.fast(
                HVM_PARAM_SET,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, param, value)));
    }

    @Override
    public long readHvmParam(int domid, int param) {
        return lanes.fast(HVM_PARAM_GET, domid, xc -> {
            MemorySegment value = xc.arena().allocate(ValueLayout.JAVA_LONG);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, param, value));
            return value.get(ValueLayout.JAVA_LONG, 0);
        });
    }
}
