package dev.jxl.xld.host;

import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.HostInfo;

/** One host: all its ports. Thread-safe; every call may be made from a virtual thread. */
public interface Host extends AutoCloseable {
    /** Bound by the engine around an operation: what a host logs meanwhile names it. */
    ScopedValue<String> OPERATION = ScopedValue.newInstance();

    /** The host as Xen describes it, for show. */
    HostInfo info();

    /** Xen's calls about domains that exist. */
    Hypervisor hypervisor();

    /** Making and filling domains. */
    GuestBuilder guestBuilder();

    /** The connection to xenstore. */
    XenStore store();

    /** Block devices for backends. */
    BlockAttach blockAttach();

    /** Network interfaces of backends. */
    NetAttach netAttach();

    /** Device models: QEMU. */
    DeviceModel deviceModel();

    /** Hotplug scripts of backends. */
    HotplugScripts scripts();

    /** Files: kernels, disk images, xl's notes about domains. */
    HostFiles files();

    /** Programs that find a kernel inside of a disk. */
    Bootloader bootloader();

    /** Guests in files, and on their way to other hosts. */
    GuestStreams streams();

    /** The ways to other hosts. */
    MigrationLinks migrations();

    /** Cores of domains. */
    CoreDumps coreDumps();

    /** CPUs and NUMA nodes, and where virtual CPUs run. */
    Processors processors();

    /** Sets of CPUs with schedulers of their own. */
    CpuPools cpuPools();

    /** What schedulers give to domains. */
    Shares shares();

    /** How much memory domains may have. */
    DomainMemory domainMemory();

    /** The PCI devices of the machine. */
    PciDevices pciDevices();

    /** The USB devices of the machine. */
    UsbDevices usbDevices();

    /** Other toolstacks at work. */
    OtherToolstacks otherToolstacks();

    /** Whether this is the simulator. */
    boolean simulated();

    /** jxld is up: what takes long at its first use may be made ready now. Returns at once. */
    default void prepare() {}

    @Override
    void close();
}
