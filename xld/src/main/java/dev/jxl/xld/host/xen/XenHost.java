package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.xenctrl.LibXenControl;
import dev.jxl.xenctrl.LibxcLog;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xenctrl.XenVersion;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.wire.WireXenStore;
import dev.jxl.xld.api.HostInfo;
import dev.jxl.xld.api.ToolstackException.HostUnavailable;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.Bootloader;
import dev.jxl.xld.host.CoreDumps;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.DeviceModel;
import dev.jxl.xld.host.DomainMemory;
import dev.jxl.xld.host.GuestBuilder;
import dev.jxl.xld.host.GuestStreams;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HostFiles;
import dev.jxl.xld.host.HotplugScripts;
import dev.jxl.xld.host.Hypervisor;
import dev.jxl.xld.host.MigrationLinks;
import dev.jxl.xld.host.NetAttach;
import dev.jxl.xld.host.OtherToolstacks;
import dev.jxl.xld.host.PciDevices;
import dev.jxl.xld.host.Processors;
import dev.jxl.xld.host.Shares;
import dev.jxl.xld.host.UsbDevices;
import dev.jxl.xld.host.xen.dm.XenDeviceModel;
import java.nio.file.Path;
import java.time.Duration;

/** The host that jxld runs on: Xen's dom0. */
public final class XenHost implements Host {
    private static final System.Logger LIBXC = System.getLogger("dev.jxl.libxc");

    /** @source tools/libs/light/libxl_internal.h: LIBXL_BOOTLOADER_TIMEOUT */
    private static final Duration BOOTLOADER_PATIENCE = Duration.ofMinutes(2);

    private final XenControl xen;
    private final XenStore store;
    private final KernelLane lane = new KernelLane();
    private final KernelLane patientLane = KernelLane.ofOwnThreads();
    private final Hypervisor hypervisor;
    private final GuestBuilder guestBuilder;
    private final BlockAttach blockAttach;
    private final NetAttach netAttach;
    private final HotplugScripts scripts;
    private final HostFiles files;
    private final XenDeviceModel deviceModel;
    private final Bootloader bootloader;
    private final CoreDumps coreDumps;
    private final XenGuestStreams streams;
    private final XenMigrationLinks migrations;
    private final Processors processors;
    private final CpuPools cpuPools;
    private final Shares shares;
    private final DomainMemory domainMemory;
    private final PciDevices pciDevices;
    private final UsbDevices usbDevices;
    private final OtherToolstacks otherToolstacks;

    /**
     * Opens the Xen under this dom0 and its xenstore.
     *
     * @param peers how it meets the jxld of other hosts
     * @throws HostUnavailable when this machine is not a Xen dom0, Xen's libraries are missing or do not fit, or xenstored
     *     does not answer
     */
    public static XenHost open(PeerSettings peers) {
        XenControl xen;
        try {
            xen = LibXenControl.open(new Log());
        } catch (XenControlException e) {
            throw new HostUnavailable(
                    e instanceof XenControlException.NotADom0
                            ? e.getMessage() + " './dev xen up' starts a Xen host in QEMU."
                            : "Xen cannot be used: " + e.getMessage(),
                    e);
        }
        try {
            return new XenHost(xen, WireXenStore.connect(), peers);
        } catch (XenStoreException e) {
            xen.close();
            throw new HostUnavailable("Xen runs, but its xenstore cannot be used: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            xen.close();
            throw e;
        }
    }

    /** Reads this and that from Xen and xenstore, changing nothing: so that what a start needs has been used once. */
    public void rehearse() {
        info();
        hypervisor.listDomains();
        hypervisor.find(DomainId.DOM0);
        hypervisor.memory();
        store.list("/local/domain");
    }

    /** As {@link #rehearse()}, where no Xen runs yet: with nothing but its libraries, where they are installed. */
    public static void rehearseWithoutXen() {
        boolean _ = LibXenControl.rehearse(new Log());
    }

    /** libxc's messages in jxld's log. What goes wrong is in the exception too; here it is for whoever looks at why. */
    private static final class Log implements LibxcLog {
        @Override
        public String operation() {
            return Host.OPERATION.orElse("");
        }

        @Override
        public boolean wants(Level level) {
            return LIBXC.isLoggable(as(level));
        }

        @Override
        public void message(Level level, String operation, String context, String text) {
            LIBXC.log(as(level), (operation.isEmpty() ? "" : operation + ": ") + context + ": " + text);
        }

        private static System.Logger.Level as(Level level) {
            return level.compareTo(Level.WARNING) >= 0 ? System.Logger.Level.INFO : System.Logger.Level.DEBUG;
        }
    }

    /** On connections that this host closes when it is closed. */
    XenHost(XenControl xen, XenStore store, PeerSettings peers) {
        this.xen = xen;
        this.store = store;
        this.hypervisor = new XenHypervisor(xen, lane);
        this.blockAttach = new XenBlockAttach(lane, new DeviceUse(store));
        this.netAttach = new XenNetAttach(lane);
        this.scripts = new XenHotplugScripts(lane);
        this.files = new XenHostFiles(lane);
        XenVersion version = xen.version();
        this.deviceModel = new XenDeviceModel(
                XenDeviceModel.Places.DOM0,
                lane::call,
                patientLane::call,
                store,
                version.major() + "." + version.minor());
        this.guestBuilder = new XenGuestBuilder(
                xen,
                store,
                KernelCache.ofThisBoot(),
                () -> deviceModel.programs().shim().map(Path::of));
        this.bootloader = new XenBootloader(
                lane,
                Path.of("/run/jxl-boot"),
                version.major() + "." + version.minor(),
                new XenHotplugScripts(lane, BOOTLOADER_PATIENCE));
        this.coreDumps = new XenCoreDumps(xen, lane);
        this.streams = new XenGuestStreams(lane);
        this.migrations = new XenMigrationLinks(lane, peers);
        this.processors = new XenProcessors(xen);
        this.cpuPools = new XenCpuPools(xen);
        this.shares = new XenShares(xen);
        this.domainMemory = new XenDomainMemory(xen);
        this.usbDevices = new XenUsbDevices(lane);
        this.otherToolstacks = new XenOtherToolstacks(lane);
        this.pciDevices = new XenPciDevices(lane, xen);
    }

    @Override
    public HostInfo info() {
        return XenHostFacts.info(xen);
    }

    @Override
    public Hypervisor hypervisor() {
        return hypervisor;
    }

    @Override
    public GuestBuilder guestBuilder() {
        return guestBuilder;
    }

    @Override
    public XenStore store() {
        return store;
    }

    @Override
    public BlockAttach blockAttach() {
        return blockAttach;
    }

    @Override
    public NetAttach netAttach() {
        return netAttach;
    }

    @Override
    public HotplugScripts scripts() {
        return scripts;
    }

    @Override
    public HostFiles files() {
        return files;
    }

    @Override
    public DeviceModel deviceModel() {
        return deviceModel;
    }

    @Override
    public Bootloader bootloader() {
        return bootloader;
    }

    @Override
    public GuestStreams streams() {
        return streams;
    }

    @Override
    public MigrationLinks migrations() {
        return migrations;
    }

    @Override
    public CoreDumps coreDumps() {
        return coreDumps;
    }

    @Override
    public Processors processors() {
        return processors;
    }

    @Override
    public CpuPools cpuPools() {
        return cpuPools;
    }

    @Override
    public Shares shares() {
        return shares;
    }

    @Override
    public DomainMemory domainMemory() {
        return domainMemory;
    }

    @Override
    public UsbDevices usbDevices() {
        return usbDevices;
    }

    @Override
    public PciDevices pciDevices() {
        return pciDevices;
    }

    @Override
    public OtherToolstacks otherToolstacks() {
        return otherToolstacks;
    }

    @Override
    public void prepare() {
        streams.prepare();
    }

    @Override
    public boolean simulated() {
        return false;
    }

    @Override
    public void close() {
        migrations.close();
        streams.close();
        deviceModel.close();
        store.close();
        xen.close();
        lane.close();
        patientLane.close();
    }
}
