package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.CPUID_APPLY_POLICY;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_CREATE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_DESTROY;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_DUMPCORE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_GETINFOLIST;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_MAX_VCPUS;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_PAUSE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_RESUME;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SEND_TRIGGER;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SETHANDLE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SET_TARGET;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SET_TIME_OFFSET;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SET_TSC_INFO;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SHUTDOWN;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SOFT_RESET;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_UNPAUSE;
import static dev.jxl.xenctrl.ffi.XcFunction.EVTCHN_ALLOC_UNBOUND;
import static dev.jxl.xenctrl.ffi.XcFunction.EVTCHN_STATUS;

import dev.jxl.xenctrl.CoreSink;
import dev.jxl.xenctrl.CpuidPolicy;
import dev.jxl.xenctrl.CreateDomain;
import dev.jxl.xenctrl.DomainCalls;
import dev.jxl.xenctrl.DomainInfo;
import dev.jxl.xenctrl.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link DomainCalls} by libxenctrl. */
public final class XcDomains implements DomainCalls {
    private static final int NO_DOMID = -1;
    private static final int BATCH = 256;
    private static final String INFO = "xen_domctl_getdomaininfo";

    private final NativeLanes lanes;

    /** On these lanes. */
    public XcDomains(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public int createDomain(CreateDomain request) {
        return lanes.slow(DOMAIN_CREATE, request.domid() == CreateDomain.ANY_DOMID ? NO_DOMID : request.domid(), xc -> {
            StructView config = xc.struct("xen_domctl_createdomain");
            fill(config, request);
            MemorySegment domid = xc.arena().allocateFrom(ValueLayout.JAVA_INT, request.domid());
            xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, config.segment()));
            return domid.get(ValueLayout.JAVA_INT, 0);
        });
    }

    static void fill(StructView config, CreateDomain request) {
        config.u32("ssidref", request.ssidref());
        config.uuid("handle", request.handle());
        config.u32("flags", request.flags());
        config.u32("iommu_opts", request.iommuOpts());
        config.u32("max_vcpus", request.maxVcpus());
        config.u32("max_evtchn_port", request.maxEventChannelPort());
        config.u32("max_grant_frames", request.maxGrantFrames());
        config.u32("max_maptrack_frames", request.maxMaptrackFrames());
        config.u32("grant_opts", request.grantVersion());
        config.u32("cpupool_id", request.cpupoolId());
        config.u32("arch.emulation_flags", request.emulationFlags());
        config.u32("arch.misc_flags", request.miscFlags());
    }

    @Override
    public void allocateVcpus(int domid, int maxVcpus) {
        lanes.fast(
                DOMAIN_MAX_VCPUS,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, maxVcpus)));
    }

    @Override
    public void pauseDomain(int domid) {
        simple(DOMAIN_PAUSE, domid);
    }

    @Override
    public void unpauseDomain(int domid) {
        simple(DOMAIN_UNPAUSE, domid);
    }

    @Override
    public void destroyDomain(int domid) {
        lanes.slow(DOMAIN_DESTROY, domid, xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid)));
    }

    private void simple(CFunction function, int domid) {
        lanes.fast(function, domid, xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid)));
    }

    @Override
    public void shutdownDomain(int domid, int reason) {
        lanes.fast(
                DOMAIN_SHUTDOWN,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, reason)));
    }

    @Override
    public void resumeDomain(int domid, boolean cooperative) {
        lanes.slow(
                DOMAIN_RESUME,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, cooperative ? 1 : 0)));
    }

    @Override
    public void softReset(int domid) {
        lanes.slow(
                DOMAIN_SOFT_RESET, domid, xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid)));
    }

    @Override
    public void dumpCore(int domid, CoreSink sink) {
        lanes.slow(DOMAIN_DUMPCORE, domid, xc -> {
            CoreUpcall upcall = new CoreUpcall(sink);
            MemorySegment stub = upcall.stub(xc.arena());
            int result = (int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, MemorySegment.NULL, stub);
            upcall.rethrow();
            return xc.check(result);
        });
    }

    @Override
    public List<DomainInfo> listDomains() {
        return lanes.fast(DOMAIN_GETINFOLIST, NO_DOMID, xc -> {
            List<DomainInfo> all = new ArrayList<>();
            int first = 0;
            List<DomainInfo> batch;
            do {
                batch = infos(xc, first, BATCH);
                all.addAll(batch);
                first = batch.isEmpty() ? first : batch.getLast().domid() + 1;
            } while (batch.size() == BATCH);
            return List.copyOf(all);
        });
    }

    @Override
    public Optional<DomainInfo> findDomain(int domid) {
        // Xen answers with the next domain when this one is not there.
        return lanes.fast(
                DOMAIN_GETINFOLIST,
                domid,
                xc -> infos(xc, domid, 1).stream()
                        .filter(info -> info.domid() == domid)
                        .findFirst());
    }

    private static List<DomainInfo> infos(XcCall xc, int first, int max) throws Throwable {
        CStruct layout = xc.abi().struct(INFO);
        MemorySegment array = xc.arena().allocate(layout.size() * max, Long.BYTES);
        int count = xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), first, max, array));
        List<DomainInfo> infos = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            infos.add(info(StructView.element(layout, array, i)));
        }
        return infos;
    }

    static DomainInfo info(StructView info) {
        return new DomainInfo(
                info.u16("domain"),
                info.u32("flags"),
                info.u64("tot_pages"),
                info.u64("max_pages"),
                info.u64("outstanding_pages"),
                info.u64("shr_pages"),
                info.u64("paged_pages"),
                info.u64("shared_info_frame"),
                info.u64("cpu_time"),
                info.u32("nr_online_vcpus"),
                info.u32("max_vcpu_id"),
                info.u32("ssidref"),
                info.uuid("handle"),
                info.u32("cpupool"),
                info.u8("gpaddr_bits"),
                info.u32("arch_config.emulation_flags"),
                info.u32("arch_config.misc_flags"));
    }

    @Override
    public void changeHandle(int domid, UUID handle) {
        lanes.fast(DOMAIN_SETHANDLE, domid, xc -> {
            MemorySegment bytes = xc.arena().allocate(2L * Long.BYTES);
            bytes.asByteBuffer().putLong(handle.getMostSignificantBits()).putLong(handle.getLeastSignificantBits());
            return xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, bytes));
        });
    }

    @Override
    public void makeDeviceModelOf(int domid, int target) {
        lanes.fast(
                DOMAIN_SET_TARGET,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, target)));
    }

    @Override
    public void sendTrigger(int domid, int trigger, int vcpu) {
        lanes.fast(
                DOMAIN_SEND_TRIGGER,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, trigger, vcpu)));
    }

    @Override
    public void shiftClock(int domid, int seconds) {
        lanes.fast(
                DOMAIN_SET_TIME_OFFSET,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, seconds)));
    }

    @Override
    public void chooseTscMode(int domid, int mode) {
        lanes.fast(
                DOMAIN_SET_TSC_INFO,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, mode, 0L, 0, 0)));
    }

    @Override
    public void applyCpuidPolicy(int domid, CpuidPolicy policy) {
        lanes.fast(
                CPUID_APPLY_POLICY,
                domid,
                xc -> xc.check((int) xc.handle()
                        .invokeExact(
                                xc.capture(),
                                xc.xch(),
                                domid,
                                false,
                                MemorySegment.NULL,
                                0,
                                policy.pae(),
                                policy.invariantTsc(),
                                policy.nestedVirtualisation(),
                                CpuidArguments.leaves(xc.abi(), policy, xc.arena()),
                                CpuidArguments.msrs(xc.abi(), policy, xc.arena()))));
    }

    @Override
    public int allocateUnboundPort(int domid, int remoteDomid) {
        return lanes.fast(
                EVTCHN_ALLOC_UNBOUND,
                domid,
                xc -> xc.check((int) xc.handle().invokeExact(xc.capture(), xc.xch(), domid, remoteDomid)));
    }

    @Override
    public boolean isPortBoundBy(int domid, int port, int remoteDomid) {
        return lanes.fast(EVTCHN_STATUS, domid, xc -> {
            StructView status = xc.struct("evtchn_status");
            status.u16("dom", domid);
            status.u32("port", port);
            int result = (int) xc.handle().invokeExact(xc.capture(), xc.xch(), status.segment());
            if (result < 0 && xc.errno() == Errno.EINVAL) {
                return false;
            }
            xc.check(result);
            return status.u32("status") == xc.abi().constant("EVTCHNSTAT_interdomain")
                    && status.u16("u.interdomain.dom") == remoteDomid;
        });
    }
}
