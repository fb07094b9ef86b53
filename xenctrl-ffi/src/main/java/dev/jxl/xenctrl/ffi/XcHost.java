package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.CPUTOPOINFO;
import static dev.jxl.xenctrl.ffi.XcFunction.GET_MACHINE_MEMORY_MAP;
import static dev.jxl.xenctrl.ffi.XcFunction.GET_MAX_CPUS;
import static dev.jxl.xenctrl.ffi.XcFunction.GET_MAX_NODES;
import static dev.jxl.xenctrl.ffi.XcFunction.HYPFS_CLOSE;
import static dev.jxl.xenctrl.ffi.XcFunction.HYPFS_OPEN;
import static dev.jxl.xenctrl.ffi.XcFunction.HYPFS_WRITE;
import static dev.jxl.xenctrl.ffi.XcFunction.NUMAINFO;
import static dev.jxl.xenctrl.ffi.XcFunction.PCITOPOINFO;
import static dev.jxl.xenctrl.ffi.XcFunction.PHYSINFO;
import static dev.jxl.xenctrl.ffi.XcFunction.READCONSOLERING;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_ID;
import static dev.jxl.xenctrl.ffi.XcFunction.SEND_DEBUG_KEYS;
import static dev.jxl.xenctrl.ffi.XcFunction.SHARING_FREED_PAGES;
import static dev.jxl.xenctrl.ffi.XcFunction.SHARING_USED_FRAMES;

import dev.jxl.xenctrl.E820Entry;
import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.HostCalls;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.XenVersion;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** {@link HostCalls} by libxenctrl. */
public final class XcHost implements HostCalls {
    private static final int NO_DOMID = -1;
    private static final int RING_CHUNK = 32 * 1024;
    private static final int RING_LIMIT = 16 * 1024 * 1024;
    private static final int MEMORY_MAP_LIMIT = 512;

    private final NativeLanes lanes;

    /** On these lanes. */
    public XcHost(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public PhysInfo physInfo() {
        return lanes.fast(PHYSINFO, NO_DOMID, xc -> {
            StructView info = xc.struct("xen_sysctl_physinfo");
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), info.segment()));
            return new PhysInfo(
                    info.u32("threads_per_core"),
                    info.u32("cores_per_socket"),
                    info.u32("nr_cpus"),
                    info.u32("max_cpu_id"),
                    info.u32("nr_nodes"),
                    info.u32("max_node_id"),
                    info.u32("cpu_khz"),
                    info.u32("capabilities"),
                    info.u32("arch_capabilities"),
                    info.u64("total_pages"),
                    info.u64("free_pages"),
                    info.u64("scrub_pages"),
                    info.u64("outstanding_pages"),
                    info.u64("max_mfn"),
                    hwCaps(info.slice("hw_cap")));
        });
    }

    private static List<Integer> hwCaps(MemorySegment words) {
        List<Integer> caps = new ArrayList<>();
        for (long i = 0; i < words.byteSize() / Integer.BYTES; i++) {
            caps.add(words.get(ValueLayout.JAVA_INT_UNALIGNED, i * Integer.BYTES));
        }
        return caps;
    }

    @Override
    public XenVersion version() {
        return lanes.fast(XcFunction.VERSION, NO_DOMID, VersionReading::read);
    }

    @Override
    public int schedulerId() {
        return lanes.fast(SCHED_ID, NO_DOMID, xc -> {
            MemorySegment id = xc.arena().allocate(ValueLayout.JAVA_INT);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), id));
            return id.get(ValueLayout.JAVA_INT, 0);
        });
    }

    @Override
    public String consoleRing(boolean clear) {
        return lanes.slow(READCONSOLERING, NO_DOMID, xc -> {
            MemorySegment buffer = xc.arena().allocate(RING_CHUNK);
            MemorySegment count = xc.arena().allocate(ValueLayout.JAVA_INT);
            MemorySegment index = xc.arena().allocate(ValueLayout.JAVA_INT);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int read;
            do {
                count.set(ValueLayout.JAVA_INT, 0, RING_CHUNK);
                xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), buffer, count, clear ? 1 : 0, 1, index));
                read = count.get(ValueLayout.JAVA_INT, 0);
                text.writeBytes(buffer.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
            } while (read > 0 && text.size() < RING_LIMIT);
            return text.toString(StandardCharsets.UTF_8);
        });
    }

    @Override
    public List<CpuTopology> cpuTopology() {
        return lanes.fast(CPUTOPOINFO, NO_DOMID, xc -> {
            MemorySegment count = xc.arena().allocate(ValueLayout.JAVA_INT);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), count, MemorySegment.NULL));
            CStruct layout = xc.abi().struct("xen_sysctl_cputopo");
            MemorySegment array =
                    xc.arena().allocate(layout.size() * count.get(ValueLayout.JAVA_INT, 0), Integer.BYTES);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), count, array));
            List<CpuTopology> cpus = new ArrayList<>();
            for (int cpu = 0; cpu < count.get(ValueLayout.JAVA_INT, 0); cpu++) {
                StructView place = StructView.element(layout, array, cpu);
                // An offline CPU has the core number ~0.
                if (place.u32("core") != -1) {
                    cpus.add(new CpuTopology(cpu, place.u32("core"), place.u32("socket"), place.u32("node")));
                }
            }
            return List.copyOf(cpus);
        });
    }

    @Override
    public List<NumaNode> numaNodes() {
        return lanes.fast(NUMAINFO, NO_DOMID, xc -> {
            MemorySegment count = xc.arena().allocate(ValueLayout.JAVA_INT);
            xc.check((int)
                    xc.handle().invokeExact(xc.capture(), xc.xch(), count, MemorySegment.NULL, MemorySegment.NULL));
            int nodes = count.get(ValueLayout.JAVA_INT, 0);
            CStruct layout = xc.abi().struct("xen_sysctl_meminfo");
            MemorySegment memory = xc.arena().allocate(layout.size() * nodes, Long.BYTES);
            MemorySegment distance = xc.arena().allocate(ValueLayout.JAVA_INT, (long) nodes * nodes);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), count, memory, distance));
            return numaNodes(Math.min(nodes, count.get(ValueLayout.JAVA_INT, 0)), nodes, layout, memory, distance);
        });
    }

    private static List<NumaNode> numaNodes(
            int nodes, int stride, CStruct layout, MemorySegment memory, MemorySegment distance) {
        List<NumaNode> found = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            StructView size = StructView.element(layout, memory, node);
            List<Integer> distances = new ArrayList<>();
            for (int other = 0; other < nodes; other++) {
                distances.add(distance.getAtIndex(ValueLayout.JAVA_INT, (long) node * stride + other));
            }
            // A node that is not there has the size ~0.
            if (size.u64("memsize") != -1) {
                found.add(new NumaNode(node, size.u64("memsize"), size.u64("memfree"), distances));
            }
        }
        return List.copyOf(found);
    }

    @Override
    public List<Integer> nodesOf(List<PciPlace> functions) {
        if (functions.isEmpty()) {
            return List.of();
        }
        return lanes.fast(PCITOPOINFO, NO_DOMID, xc -> {
            CStruct layout = xc.abi().struct("physdev_pci_device");
            MemorySegment devices = xc.arena().allocate(layout.size() * functions.size(), Integer.BYTES);
            MemorySegment nodes = xc.arena().allocate(ValueLayout.JAVA_INT, functions.size());
            for (int i = 0; i < functions.size(); i++) {
                StructView device = StructView.element(layout, devices, i);
                device.u16("seg", functions.get(i).segment());
                device.u8("bus", functions.get(i).bus());
                device.u8("devfn", functions.get(i).devfn());
            }
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), functions.size(), devices, nodes));
            int unknown = xc.abi().constant("XEN_INVALID_DEV");
            return Arrays.stream(nodes.toArray(ValueLayout.JAVA_INT))
                    .map(node -> node == unknown ? -1 : node)
                    .boxed()
                    .toList();
        });
    }

    /** @source tools/libs/light/libxl.c: libxl_set_parameters */
    @Override
    public void changeParameter(String name, String value) {
        lanes.fast(HYPFS_WRITE, NO_DOMID, xc -> {
            MemorySegment logger = MemorySegment.NULL;
            MemorySegment hypfs = (MemorySegment) xc.handle(HYPFS_OPEN).invokeExact(xc.capture(), logger, 0);
            if (hypfs.equals(MemorySegment.NULL)) {
                throw xc.failure(HYPFS_OPEN);
            }
            try {
                MemorySegment path = xc.arena().allocateFrom("/params/" + name, StandardCharsets.UTF_8);
                MemorySegment text = xc.arena().allocateFrom(value, StandardCharsets.UTF_8);
                return xc.check((int) xc.handle().invokeExact(xc.capture(), hypfs, path, text));
            } finally {
                int _ = (int) xc.handle(HYPFS_CLOSE).invokeExact(xc.capture(), hypfs);
            }
        });
    }

    @Override
    public int maxCpus() {
        return lanes.fast(
                GET_MAX_CPUS, NO_DOMID, xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch())));
    }

    @Override
    public int maxNodes() {
        return lanes.fast(
                GET_MAX_NODES, NO_DOMID, xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch())));
    }

    @Override
    public OptionalInt sharingFreedPages() {
        return sharing(SHARING_FREED_PAGES);
    }

    @Override
    public OptionalInt sharingUsedPages() {
        return sharing(SHARING_USED_FRAMES);
    }

    private OptionalInt sharing(CFunction function) {
        return lanes.fast(function, NO_DOMID, xc -> {
            long pages = (long) xc.handle().invokeExact(xc.capture(), xc.xch());
            if (pages >= 0) {
                return OptionalInt.of(Math.toIntExact(pages));
            }
            if (pages == -Errno.ENOSYS || xc.errno() == Errno.ENOSYS || xc.errno() == Errno.EOPNOTSUPP) {
                return OptionalInt.empty();
            }
            throw xc.failure(function);
        });
    }

    @Override
    public List<E820Entry> machineMemoryMap() {
        return lanes.fast(GET_MACHINE_MEMORY_MAP, NO_DOMID, xc -> {
            CStruct layout = xc.abi().struct("e820entry");
            MemorySegment array = xc.arena().allocate(layout.size() * MEMORY_MAP_LIMIT, Long.BYTES);
            int count = xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), array, MEMORY_MAP_LIMIT));
            List<E820Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                StructView entry = StructView.element(layout, array, i);
                entries.add(new E820Entry(entry.u64("addr"), entry.u64("size"), entry.u32("type")));
            }
            return List.copyOf(entries);
        });
    }

    @Override
    public void sendDebugKeys(String keys) {
        lanes.fast(SEND_DEBUG_KEYS, NO_DOMID, xc -> {
            MemorySegment text = xc.arena().allocateFrom(keys, StandardCharsets.US_ASCII);
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), text));
        });
    }
}
