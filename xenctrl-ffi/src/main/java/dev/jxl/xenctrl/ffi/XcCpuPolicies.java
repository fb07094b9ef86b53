package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.CPU_POLICY_DESTROY;
import static dev.jxl.xenctrl.ffi.XcFunction.CPU_POLICY_GET_DOMAIN;
import static dev.jxl.xenctrl.ffi.XcFunction.CPU_POLICY_GET_SIZE;
import static dev.jxl.xenctrl.ffi.XcFunction.CPU_POLICY_GET_SYSTEM;
import static dev.jxl.xenctrl.ffi.XcFunction.CPU_POLICY_INIT;
import static dev.jxl.xenctrl.ffi.XcFunction.CPU_POLICY_SERIALISE;

import dev.jxl.xenctrl.CpuPolicyCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * {@link CpuPolicyCalls} by libxenguest, whose own form of a policy is nobody else's: it is asked for the architecture's.
 *
 * @source tools/libs/guest/xg_cpuid_x86.c
 */
public final class XcCpuPolicies implements CpuPolicyCalls {
    private static final int NO_DOMID = -1;

    private final NativeLanes lanes;

    /** On these lanes. */
    public XcCpuPolicies(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public Policy ofDomain(int domid) {
        return read(CPU_POLICY_GET_DOMAIN, domid, abi -> domid);
    }

    @Override
    public Policy most(boolean hvm) {
        return read(
                CPU_POLICY_GET_SYSTEM,
                NO_DOMID,
                abi -> abi.constant(hvm ? "XEN_SYSCTL_cpu_policy_hvm_max" : "XEN_SYSCTL_cpu_policy_pv_max"));
    }

    private Policy read(CFunction asking, int domid, ToIntFunction<AbiTable> whose) {
        return lanes.fast(asking, domid, xc -> {
            MemorySegment policy = (MemorySegment) xc.handle(CPU_POLICY_INIT).invokeExact(xc.capture());
            if (policy.equals(MemorySegment.NULL)) {
                throw xc.failure(CPU_POLICY_INIT);
            }
            try {
                int number = whose.applyAsInt(xc.abi());
                xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), number, policy));
                return serialise(xc, policy);
            } finally {
                xc.handle(CPU_POLICY_DESTROY).invokeExact(xc.capture(), policy);
            }
        });
    }

    private static Policy serialise(XcCall xc, MemorySegment policy) throws Throwable {
        MemorySegment leafCount = xc.arena().allocate(ValueLayout.JAVA_INT);
        MemorySegment msrCount = xc.arena().allocate(ValueLayout.JAVA_INT);
        xc.check(CPU_POLICY_GET_SIZE, (int)
                xc.handle(CPU_POLICY_GET_SIZE).invokeExact(xc.capture(), xc.xch(), leafCount, msrCount));
        CStruct leaf = xc.abi().struct("xen_cpuid_leaf");
        CStruct msr = xc.abi().struct("xen_msr_entry");
        MemorySegment leaves = array(xc, leaf, leafCount);
        MemorySegment msrs = array(xc, msr, msrCount);
        xc.check(CPU_POLICY_SERIALISE, (int) xc.handle(CPU_POLICY_SERIALISE)
                .invokeExact(xc.capture(), xc.xch(), policy, leaves, leafCount, msrs, msrCount));
        return new Policy(
                elements(leaf, leaves, leafCount, XcCpuPolicies::leaf),
                elements(msr, msrs, msrCount, view -> new Msr(view.u32("idx"), view.u64("val"))));
    }

    private static Leaf leaf(StructView view) {
        return new Leaf(
                view.u32("leaf"), view.u32("subleaf"), view.u32("a"), view.u32("b"), view.u32("c"), view.u32("d"));
    }

    private static MemorySegment array(XcCall xc, CStruct layout, MemorySegment count) {
        return xc.arena().allocate(layout.size() * count.get(ValueLayout.JAVA_INT, 0), Long.BYTES);
    }

    private static <T> List<T> elements(
            CStruct layout, MemorySegment array, MemorySegment count, Function<StructView, T> reading) {
        return IntStream.range(0, count.get(ValueLayout.JAVA_INT, 0))
                .mapToObj(i -> reading.apply(StructView.element(layout, array, i)))
                .toList();
    }
}
