package dev.jxl.xenctrl;

import dev.jxl.xenctrl.ffi.AbiTable;
import dev.jxl.xenctrl.ffi.NativeLanes;
import dev.jxl.xenctrl.ffi.NativeLibraries;
import dev.jxl.xenctrl.ffi.RunningXen;
import dev.jxl.xenctrl.ffi.SelfCheck;
import dev.jxl.xenctrl.ffi.XcCpuPolicies;
import dev.jxl.xenctrl.ffi.XcCpuPools;
import dev.jxl.xenctrl.ffi.XcDevices;
import dev.jxl.xenctrl.ffi.XcDomains;
import dev.jxl.xenctrl.ffi.XcFunction;
import dev.jxl.xenctrl.ffi.XcGuestBuild;
import dev.jxl.xenctrl.ffi.XcHost;
import dev.jxl.xenctrl.ffi.XcMemory;
import dev.jxl.xenctrl.ffi.XcScheduler;
import dev.jxl.xenctrl.ffi.XcStreams;
import dev.jxl.xenctrl.ffi.XcVcpus;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** The running Xen, by libxenctrl and libxenguest. */
public final class LibXenControl implements XenControl {
    private final NativeLanes lanes;
    private final DomainCalls domains;
    private final XcMemory memory;
    private final VcpuCalls vcpus;
    private final SchedulerCalls scheduler;
    private final CpuPoolCalls cpuPools;
    private final CpuPolicyCalls cpuPolicies;
    private final DeviceCalls devices;
    private final HostCalls host;
    private final GuestBuildCalls guestBuild;
    private final StreamCalls streams;

    private LibXenControl(NativeLanes lanes) {
        this.lanes = lanes;
        this.domains = new XcDomains(lanes);
        this.memory = new XcMemory(lanes);
        this.vcpus = new XcVcpus(lanes);
        this.scheduler = new XcScheduler(lanes);
        this.cpuPools = new XcCpuPools(lanes);
        this.cpuPolicies = new XcCpuPolicies(lanes);
        this.devices = new XcDevices(lanes);
        this.host = new XcHost(lanes);
        this.guestBuild = new XcGuestBuild(lanes);
        this.streams = new XcStreams(lanes);
    }

    /**
     * Finds out which Xen runs, loads the libraries and layouts that fit it, and checks that its answers make sense.
     *
     * @param log takes libxc's own messages
     * @throws XenControlException.NotADom0 when this machine is not a Xen dom0, or the caller is not root
     * @throws XenControlException.LibraryMissing when Xen's libraries of this version are not installed
     * @throws XenControlException.AbiMismatch when the layouts of this Xen are unknown, or do not fit
     */
    public static LibXenControl open(LibxcLog log) {
        int minor = RunningXen.minor(Path.of("/"));
        NativeLanes lanes = NativeLanes.of(new NativeLibraries(minor), AbiTable.of(minor), log, 0);
        LibXenControl xen = new LibXenControl(lanes);
        try {
            XenVersion version = xen.version();
            SelfCheck.check(minor, version.major() << Short.SIZE | version.minor(), xen.findDomain(0), xen.physInfo());
            return xen;
        } catch (RuntimeException | Error e) {
            xen.close();
            throw e;
        }
    }

    /**
     * Links the functions of the newest Xen whose libraries are installed, and calls one of them, where no Xen runs yet: what a start,
     * and the first save, will use has been used once.
     *
     * @param log takes libxc's complaint
     * @return false where no libraries of a known Xen are installed
     */
    public static boolean rehearse(LibxcLog log) {
        for (int minor = AbiTable.NEWEST; minor >= AbiTable.OLDEST; minor--) {
            NativeLibraries libraries = new NativeLibraries(minor);
            try (NativeLanes lanes = NativeLanes.of(libraries, AbiTable.of(minor), log, 0)) {
                for (XcFunction function : XcFunction.values()) {
                    boolean _ = libraries.has(function) && libraries.handle(function) != null;
                }
                XcStreams.rehearseWithoutXen(AbiTable.of(minor));
                boolean _ = new XcHost(lanes).version() != null;
                return true;
            } catch (XenControlException e) {
                // Without Xen it fails as it shall; without this version's libraries there may be an older one's.
                if (!(e instanceof XenControlException.LibraryMissing)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        lanes.close();
    }

    @Override
    public int createDomain(CreateDomain request) {
        return domains.createDomain(request);
    }

    @Override
    public void allocateVcpus(int domid, int maxVcpus) {
        domains.allocateVcpus(domid, maxVcpus);
    }

    @Override
    public void pauseDomain(int domid) {
        domains.pauseDomain(domid);
    }

    @Override
    public void unpauseDomain(int domid) {
        domains.unpauseDomain(domid);
    }

    @Override
    public void destroyDomain(int domid) {
        domains.destroyDomain(domid);
    }

    @Override
    public void shutdownDomain(int domid, int reason) {
        domains.shutdownDomain(domid, reason);
    }

    @Override
    public void resumeDomain(int domid, boolean cooperative) {
        domains.resumeDomain(domid, cooperative);
    }

    @Override
    public void softReset(int domid) {
        domains.softReset(domid);
    }

    @Override
    public void dumpCore(int domid, CoreSink sink) {
        domains.dumpCore(domid, sink);
    }

    @Override
    public List<DomainInfo> listDomains() {
        return domains.listDomains();
    }

    @Override
    public Optional<DomainInfo> findDomain(int domid) {
        return domains.findDomain(domid);
    }

    @Override
    public void changeHandle(int domid, UUID handle) {
        domains.changeHandle(domid, handle);
    }

    @Override
    public void makeDeviceModelOf(int domid, int target) {
        domains.makeDeviceModelOf(domid, target);
    }

    @Override
    public void sendTrigger(int domid, int trigger, int vcpu) {
        domains.sendTrigger(domid, trigger, vcpu);
    }

    @Override
    public void shiftClock(int domid, int seconds) {
        domains.shiftClock(domid, seconds);
    }

    @Override
    public void chooseTscMode(int domid, int mode) {
        domains.chooseTscMode(domid, mode);
    }

    @Override
    public void applyCpuidPolicy(int domid, CpuidPolicy policy) {
        domains.applyCpuidPolicy(domid, policy);
    }

    @Override
    public int allocateUnboundPort(int domid, int remoteDomid) {
        return domains.allocateUnboundPort(domid, remoteDomid);
    }

    @Override
    public boolean isPortBoundBy(int domid, int port, int remoteDomid) {
        return domains.isPortBoundBy(domid, port, remoteDomid);
    }

    @Override
    public void limitMemory(int domid, long maxMemKib) {
        memory.limitMemory(domid, maxMemKib);
    }

    @Override
    public void limitMemoryMap(int domid, long limitKib) {
        memory.limitMemoryMap(domid, limitKib);
    }

    @Override
    public void showMemoryMap(int domid, List<E820Entry> entries) {
        memory.showMemoryMap(domid, entries);
    }

    @Override
    public void sizePagingPool(int domid, long bytes) {
        memory.sizePagingPool(domid, bytes);
    }

    @Override
    public void claimPages(int domid, long pages) {
        memory.claimPages(domid, pages);
    }

    @Override
    public void targetPopulateOnDemand(int domid, long pages) {
        memory.targetPopulateOnDemand(domid, pages);
    }

    @Override
    public void describeNuma(int domid, VirtualNuma numa) {
        memory.describeNuma(domid, numa);
    }

    @Override
    public void colourCache(int domid, List<Integer> colours) {
        memory.colourCache(domid, colours);
    }

    @Override
    public void writeHvmParam(int domid, int param, long value) {
        memory.writeHvmParam(domid, param, value);
    }

    @Override
    public long readHvmParam(int domid, int param) {
        return memory.readHvmParam(domid, param);
    }

    @Override
    public Affinity affinity(int domid, int vcpu) {
        return vcpus.affinity(domid, vcpu);
    }

    @Override
    public Affinity applyAffinity(int domid, int vcpu, Optional<BitSet> hard, Optional<BitSet> soft, boolean force) {
        return vcpus.applyAffinity(domid, vcpu, hard, soft, force);
    }

    @Override
    public BitSet nodeAffinity(int domid) {
        return vcpus.nodeAffinity(domid);
    }

    @Override
    public void applyNodeAffinity(int domid, BitSet nodes) {
        vcpus.applyNodeAffinity(domid, nodes);
    }

    @Override
    public VcpuInfo vcpuInfo(int domid, int vcpu) {
        return vcpus.vcpuInfo(domid, vcpu);
    }

    @Override
    public SchedulerCalls schedulers() {
        return scheduler;
    }

    @Override
    public StreamCalls streams() {
        return streams;
    }

    @Override
    public CpuPoolCalls cpuPools() {
        return cpuPools;
    }

    @Override
    public CpuPolicyCalls cpuPolicies() {
        return cpuPolicies;
    }

    @Override
    public void permitIoPorts(int domid, int firstPort, int count, boolean allow) {
        devices.permitIoPorts(domid, firstPort, count, allow);
    }

    @Override
    public void permitIoMemory(int domid, long firstMfn, long count, boolean allow) {
        devices.permitIoMemory(domid, firstMfn, count, allow);
    }

    @Override
    public void mapIoMemory(int domid, long firstGfn, long firstMfn, long count, boolean map) {
        devices.mapIoMemory(domid, firstGfn, firstMfn, count, map);
    }

    @Override
    public void permitIrq(int domid, int pirq, boolean allow) {
        devices.permitIrq(domid, pirq, allow);
    }

    @Override
    public int mapPirq(int domid, int irq) {
        return devices.mapPirq(domid, irq);
    }

    @Override
    public void unmapPirq(int domid, int pirq) {
        devices.unmapPirq(domid, pirq);
    }

    @Override
    public void assignDevice(int domid, int sbdf, boolean relaxedReservedMemory) {
        devices.assignDevice(domid, sbdf, relaxedReservedMemory);
    }

    @Override
    public void deassignDevice(int domid, int sbdf) {
        devices.deassignDevice(domid, sbdf);
    }

    @Override
    public PhysInfo physInfo() {
        return host.physInfo();
    }

    @Override
    public XenVersion version() {
        return host.version();
    }

    @Override
    public int schedulerId() {
        return host.schedulerId();
    }

    @Override
    public String consoleRing(boolean clear) {
        return host.consoleRing(clear);
    }

    @Override
    public List<CpuTopology> cpuTopology() {
        return host.cpuTopology();
    }

    @Override
    public List<NumaNode> numaNodes() {
        return host.numaNodes();
    }

    @Override
    public int maxCpus() {
        return host.maxCpus();
    }

    @Override
    public int maxNodes() {
        return host.maxNodes();
    }

    @Override
    public OptionalInt sharingFreedPages() {
        return host.sharingFreedPages();
    }

    @Override
    public OptionalInt sharingUsedPages() {
        return host.sharingUsedPages();
    }

    @Override
    public List<E820Entry> machineMemoryMap() {
        return host.machineMemoryMap();
    }

    @Override
    public void sendDebugKeys(String keys) {
        host.sendDebugKeys(keys);
    }

    @Override
    public List<Integer> nodesOf(List<PciPlace> functions) {
        return host.nodesOf(functions);
    }

    @Override
    public void changeParameter(String name, String value) {
        host.changeParameter(name, value);
    }

    @Override
    public BuiltGuest buildGuest(GuestImage image, BuildWatcher watcher) {
        return guestBuild.buildGuest(image, watcher);
    }
}
