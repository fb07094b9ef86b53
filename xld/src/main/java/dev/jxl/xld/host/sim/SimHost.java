package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.HostInfo;
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
import dev.jxl.xld.host.Hypervisor.MemoryFacts;
import dev.jxl.xld.host.MigrationLinks;
import dev.jxl.xld.host.NetAttach;
import dev.jxl.xld.host.OtherToolstacks;
import dev.jxl.xld.host.PciDevices;
import dev.jxl.xld.host.Processors;
import dev.jxl.xld.host.Shares;
import dev.jxl.xld.host.UsbDevices;
import java.util.List;

/**
 * A simulated host, for one life of jxld. It knows the files of the real machine, and any path below {@code /sim}: every file
 * there is a kernel and a disk image, {@code /sim/dev/…} are block devices, and names with {@code missing}, {@code junk} or
 * {@code elf32} in them are what they say. {@link GuestBehaviour#of} tells what a kernel command line can ask for.
 */
public final class SimHost implements Host {
    private final SimWorld world;
    private final Incarnation life;
    private final XenStore store;
    private final Hypervisor hypervisor;
    private final GuestBuilder guestBuilder;
    private final BlockAttach blockAttach;
    private final NetAttach netAttach;
    private final HostFiles files;
    private final DeviceModel deviceModel;
    private final Bootloader bootloader;
    private final CoreDumps coreDumps;
    private final GuestStreams streams;
    private final MigrationLinks migrations;
    private final Processors processors;
    private final CpuPools cpuPools;
    private final Shares shares;
    private final DomainMemory domainMemory;
    private final PciDevices pciDevices;
    private final UsbDevices usbDevices;
    private final OtherToolstacks otherToolstacks;

    private SimHost(SimWorld world) {
        this.world = world;
        this.life = new Incarnation(world.faults());
        world.files().forgetFound();
        XenStore connection = world.connect();
        this.store =
                new GuardedStore(life, connection, world.xen(), world.settings().hurry());
        this.hypervisor = new SimHypervisor(life, world);
        this.guestBuilder = new SimGuestBuilder(life, world.xen(), world.files(), world::poolOf);
        this.blockAttach = SimAttach.block(life, world.block());
        this.netAttach = SimAttach.net(life, world.net());
        this.files = new SimHostFiles(life, world.files());
        this.deviceModel = new SimDeviceModel(life, world.qemus());
        this.bootloader = new SimBootloader(life, world.files());
        this.coreDumps = new SimCoreDumps(life, world.xen(), world.files());
        this.streams = new SimGuestStreams(life, world.xen(), world.files());
        this.migrations = world.links().port(life);
        this.processors = SimResources.processors(life, world.xen());
        this.cpuPools = SimResources.cpuPools(life, world.xen());
        this.shares = SimResources.shares(life, world.xen());
        this.domainMemory = SimResources.memory(life, world.xen());
        this.pciDevices = new SimPciDevices(life, world.pci(), world.xen());
        this.usbDevices = world.usb().port(life);
        this.otherToolstacks = world.toolstacks().port(life);
        life.afterDeath(() -> {
            connection.close();
            world.block().daemonDied(life);
        });
    }

    /** A new machine, and the first life of jxld on it. */
    public static SimHost create(SimSettings settings) {
        return new SimHost(new SimWorld(settings));
    }

    /** The machine, which stays when jxld dies. */
    public SimWorld world() {
        return world;
    }

    /** Kills jxld from outside: every call that is under way or comes later ends in {@link DaemonKilled}. Idempotent. */
    public void kill() {
        life.kill("an outside kill");
    }

    /** Whether this life of jxld is over. */
    public boolean isDead() {
        return !life.alive();
    }

    /** A fault that kills jxld. */
    public SimFaults.Fault killFault() {
        return call -> {
            life.kill(call.name());
            throw new DaemonKilled(call.name());
        };
    }

    /** Called at the moment of death, before anything else happens: the place to copy jxld's files as they are then. */
    public void onDeath(Runnable listener) {
        life.atDeath(listener);
    }

    /** Kills this life of jxld, if it lives, and gives the next one on the same machine. */
    public SimHost reincarnate() {
        kill();
        return new SimHost(world);
    }

    /** Another toolstack on the same machine, with a life of its own. */
    public SimHost beside() {
        return new SimHost(world);
    }

    @Override
    public HostInfo info() {
        return life.call("host.info", this::describe);
    }

    private HostInfo describe() {
        MemoryFacts memory = world.xen().memory();
        int cpus = world.settings().cpus();
        return new HostInfo(
                "simulated",
                "6.12.0-sim",
                "#1 SMP simulated",
                "x86_64",
                cpus,
                cpus - 1,
                world.settings().nodes(),
                cpus,
                1,
                2_000_000,
                "178bfbff:f7fa3223:2e500800:244037ff:0000000f:219c95a9:0040069c:00000780",
                List.of("pv", "hvm", "hap", "shadow", "gnttab-v1", "gnttab-v2"),
                memory.totalKib(),
                memory.freeKib(),
                memory.outstandingKib(),
                world.xen().cpus().freeCpus().cardinality(),
                0,
                0,
                4,
                20,
                ".2",
                "4.20.2",
                "xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64",
                "credit2",
                4096,
                "virt_start=0xffff800000000000",
                "simulated",
                world.settings().dom0Gives()
                        ? ""
                        : "dom0_mem=" + world.settings().dom0Memory().mib() + "M",
                "none",
                "jxl",
                "simulator",
                "simulated",
                "simulated",
                "jxl",
                true);
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
        return (script, arguments, environment) -> life.call(
                "scripts.run " + script.getFileName() + " " + arguments.getFirst(),
                () -> world.scripts().run(script, arguments, environment));
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
    public MigrationLinks migrations() {
        return migrations;
    }

    @Override
    public GuestStreams streams() {
        return streams;
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
    public boolean simulated() {
        return true;
    }

    /** jxld ends in an orderly way: the machine and its guests stay ({@link SimWorld#close} ends them). */
    @Override
    public void close() {
        store.close();
        world.block().daemonDied(life);
    }
}
