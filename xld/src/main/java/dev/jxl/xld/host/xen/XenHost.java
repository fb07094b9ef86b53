package dev.jxl.xld.host.xen;

import dev.jxl.xenctrl.XenControl;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.HostInfo;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.GuestBuilder;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HostFiles;
import dev.jxl.xld.host.Hypervisor;
import dev.jxl.xld.host.NetAttach;

/** The host that jxld runs on: Xen's dom0. */
public final class XenHost implements Host {
    private final XenControl xen;
    private final XenStore store;
    private final KernelLane lane = new KernelLane();
    private final Hypervisor hypervisor;
    private final GuestBuilder guestBuilder;
    private final BlockAttach blockAttach;
    private final NetAttach netAttach;
    private final HostFiles files;

    /** On connections that this host closes when it is closed. */
    XenHost(XenControl xen, XenStore store) {
        this.xen = xen;
        this.store = store;
        this.hypervisor = new XenHypervisor(xen);
        this.guestBuilder = new XenGuestBuilder(xen, store);
        this.blockAttach = new XenBlockAttach(lane, new DeviceUse(store));
        this.netAttach = new XenNetAttach(lane);
        this.files = new XenHostFiles(lane);
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
    public HostFiles files() {
        return files;
    }

    @Override
    public boolean simulated() {
        return false;
    }

    @Override
    public void close() {
        store.close();
        xen.close();
        lane.close();
    }
}
