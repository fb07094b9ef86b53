package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT2_DOMAIN_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT2_DOMAIN_SET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT2_PARAMS_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT2_PARAMS_SET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT_DOMAIN_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT_DOMAIN_SET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT_PARAMS_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_CREDIT_PARAMS_SET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_RTDS_DOMAIN_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_RTDS_DOMAIN_SET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_RTDS_VCPU_GET;
import static dev.jxl.xenctrl.ffi.XcFunction.SCHED_RTDS_VCPU_SET;

import dev.jxl.xenctrl.SchedulerCalls;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** {@link SchedulerCalls} by libxenctrl. */
public final class XcScheduler implements SchedulerCalls {
    private static final String CREDIT = "xen_domctl_sched_credit";
    private static final String CREDIT2 = "xen_domctl_sched_credit2";
    private static final String RTDS = "xen_domctl_sched_rtds";
    private static final String CREDIT_POOL = "xen_sysctl_credit_schedule";
    private static final String CREDIT2_POOL = "xen_sysctl_credit2_schedule";

    private static final int NO_DOMID = -1;

    private final NativeLanes lanes;

    /** On these lanes. */
    public XcScheduler(NativeLanes lanes) {
        this.lanes = lanes;
    }

    /**
     * Calls a function of an interface, a number and a struct.
     *
     * @param domid for messages; -1 when the number is not a domain's
     */
    private <T> T read(CFunction function, String struct, int domid, int number, Function<StructView, T> reading) {
        return lanes.fast(function, domid, xc -> {
            StructView view = xc.struct(struct);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), number, view.segment()));
            return reading.apply(view);
        });
    }

    private void write(CFunction function, String struct, int domid, int number, Consumer<StructView> writing) {
        lanes.fast(function, domid, xc -> {
            StructView view = xc.struct(struct);
            writing.accept(view);
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), number, view.segment()));
        });
    }

    private static Credit credit(StructView view) {
        return new Credit(view.u16("weight"), view.u16("cap"));
    }

    private static void credit(StructView view, Credit credit) {
        view.u16("weight", credit.weight());
        view.u16("cap", credit.cap());
    }

    @Override
    public Credit credit(int domid) {
        return read(SCHED_CREDIT_DOMAIN_GET, CREDIT, domid, domid, XcScheduler::credit);
    }

    @Override
    public void applyCredit(int domid, Credit credit) {
        write(SCHED_CREDIT_DOMAIN_SET, CREDIT, domid, domid, view -> credit(view, credit));
    }

    @Override
    public Credit credit2(int domid) {
        return read(SCHED_CREDIT2_DOMAIN_GET, CREDIT2, domid, domid, XcScheduler::credit);
    }

    @Override
    public void applyCredit2(int domid, Credit credit) {
        write(SCHED_CREDIT2_DOMAIN_SET, CREDIT2, domid, domid, view -> credit(view, credit));
    }

    @Override
    public Rtds rtds(int domid) {
        return lanes.fast(SCHED_RTDS_DOMAIN_GET, domid, xc -> {
            StructView view = xc.struct(RTDS);
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, view.segment()));
            return rtds(xc, view, "");
        });
    }

    private static Rtds rtds(XcCall xc, StructView view, String prefix) {
        return new Rtds(
                Integer.toUnsignedLong(view.u32(prefix + "period")),
                Integer.toUnsignedLong(view.u32(prefix + "budget")),
                (view.u32(prefix + "flags") & xc.abi().constant("XEN_DOMCTL_SCHEDRT_extra")) != 0);
    }

    private static void rtds(XcCall xc, StructView view, String prefix, Rtds rtds) {
        view.u32(prefix + "period", (int) rtds.periodUs());
        view.u32(prefix + "budget", (int) rtds.budgetUs());
        view.u32(prefix + "flags", rtds.extraTime() ? xc.abi().constant("XEN_DOMCTL_SCHEDRT_extra") : 0);
    }

    @Override
    public void applyRtds(int domid, Rtds rtds) {
        lanes.fast(SCHED_RTDS_DOMAIN_SET, domid, xc -> {
            StructView view = xc.struct(RTDS);
            rtds(xc, view, "", rtds);
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, view.segment()));
        });
    }

    @Override
    public List<VcpuRtds> rtdsOf(int domid, List<Integer> vcpus) {
        if (vcpus.isEmpty()) {
            return List.of();
        }
        return lanes.fast(SCHED_RTDS_VCPU_GET, domid, xc -> {
            CStruct layout = xc.abi().struct("xen_domctl_schedparam_vcpu");
            MemorySegment array = xc.arena().allocate(layout.size() * vcpus.size(), Long.BYTES);
            for (int i = 0; i < vcpus.size(); i++) {
                StructView.element(layout, array, i).u32("vcpuid", vcpus.get(i));
            }
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, array, vcpus.size()));
            return IntStream.range(0, vcpus.size())
                    .mapToObj(i -> StructView.element(layout, array, i))
                    .map(view -> new VcpuRtds(view.u32("vcpuid"), rtds(xc, view, "u.rtds.")))
                    .toList();
        });
    }

    @Override
    public void applyRtds(int domid, List<VcpuRtds> vcpus) {
        lanes.fast(SCHED_RTDS_VCPU_SET, domid, xc -> {
            CStruct layout = xc.abi().struct("xen_domctl_schedparam_vcpu");
            MemorySegment array = xc.arena().allocate(layout.size() * vcpus.size(), Long.BYTES);
            for (int i = 0; i < vcpus.size(); i++) {
                StructView view = StructView.element(layout, array, i);
                view.u32("vcpuid", vcpus.get(i).vcpu());
                rtds(xc, view, "u.rtds.", vcpus.get(i).rtds());
            }
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, array, vcpus.size()));
        });
    }

    @Override
    public CreditPool creditPool(int poolId) {
        return read(
                SCHED_CREDIT_PARAMS_GET,
                CREDIT_POOL,
                NO_DOMID,
                poolId,
                view -> new CreditPool(
                        view.u32("tslice_ms"), view.u32("ratelimit_us"), view.u32("vcpu_migr_delay_us")));
    }

    @Override
    public void applyCreditPool(int poolId, CreditPool parameters) {
        write(SCHED_CREDIT_PARAMS_SET, CREDIT_POOL, NO_DOMID, poolId, view -> {
            view.u32("tslice_ms", parameters.timesliceMs());
            view.u32("ratelimit_us", parameters.ratelimitUs());
            view.u32("vcpu_migr_delay_us", parameters.migrationDelayUs());
        });
    }

    @Override
    public int credit2RatelimitUs(int poolId) {
        return read(SCHED_CREDIT2_PARAMS_GET, CREDIT2_POOL, NO_DOMID, poolId, view -> view.u32("ratelimit_us"));
    }

    @Override
    public void applyCredit2RatelimitUs(int poolId, int ratelimitUs) {
        write(SCHED_CREDIT2_PARAMS_SET, CREDIT2_POOL, NO_DOMID, poolId, view -> view.u32("ratelimit_us", ratelimitUs));
    }
}
