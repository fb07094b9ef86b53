package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/** Makes a {@link DomainSpec} component by component. Not safe for several threads. */
public final class DomainSpecBuilder {
    private String name;
    private Optional<DomainUuid> uuid = Optional.empty();
    private GuestType type;
    private MemorySize memory;
    private MemorySize maxMemory;
    private int vcpus = 1;
    private int maxVcpus = 1;
    private Optional<DirectBoot> boot = Optional.empty();
    private Optional<BootloaderSpec> bootloader = Optional.empty();
    private ShimSpec shim = ShimSpec.DEFAULT;
    private FirmwareSpec firmware = FirmwareSpec.DEFAULT;
    private PlatformSpec platform = PlatformSpec.DEFAULT;
    private GraphicsSpec graphics = GraphicsSpec.DEFAULT;
    private EmulatedSpec emulated = EmulatedSpec.DEFAULT;
    private ClockSpec clock = ClockSpec.DEFAULT;
    private CpuSpec cpu = CpuSpec.DEFAULT;
    private DeviceModelSpec deviceModel = DeviceModelSpec.DEFAULT;
    private List<DiskSpec> disks = List.of();
    private List<NicSpec> nics = List.of();
    private DeviceSpecs devices = DeviceSpecs.DEFAULT;
    private OnEvents onEvents = OnEvents.DEFAULT;
    private TscMode tscMode = TscMode.DEFAULT;
    private Optional<Boolean> hap = Optional.empty();
    private boolean nestedVirt = false;
    private boolean noMigrate = false;
    private boolean driverDomain = false;
    private Optional<DriverSpec> driver = Optional.empty();
    private int maxEventChannels = 1023;
    private Optional<Integer> maxGrantFrames = Optional.empty();
    private Optional<Integer> maxMaptrackFrames = Optional.empty();
    private Optional<Integer> maxGrantVersion = Optional.empty();
    private Optional<String> pool = Optional.empty();
    private Optional<MemorySize> paging = Optional.empty();
    private boolean e820Host = false;
    private LabelsSpec labels = LabelsSpec.DEFAULT;
    private Optional<String> sourceText = Optional.empty();

    DomainSpecBuilder(String name, GuestType type, MemorySize memory) {
        this.name = name;
        this.type = type;
        this.memory = memory;
        this.maxMemory = memory;
    }

    DomainSpecBuilder(DomainSpec from) {
        name = from.name();
        uuid = from.uuid();
        type = from.type();
        memory = from.memory();
        maxMemory = from.maxMemory();
        vcpus = from.vcpus();
        maxVcpus = from.maxVcpus();
        boot = from.boot();
        bootloader = from.bootloader();
        shim = from.shim();
        firmware = from.firmware();
        platform = from.platform();
        graphics = from.graphics();
        emulated = from.emulated();
        clock = from.clock();
        cpu = from.cpu();
        deviceModel = from.deviceModel();
        disks = from.disks();
        nics = from.nics();
        devices = from.devices();
        onEvents = from.onEvents();
        tscMode = from.tscMode();
        hap = from.hap();
        nestedVirt = from.nestedVirt();
        noMigrate = from.noMigrate();
        driverDomain = from.driverDomain();
        driver = from.driver();
        maxEventChannels = from.maxEventChannels();
        maxGrantFrames = from.maxGrantFrames();
        maxMaptrackFrames = from.maxMaptrackFrames();
        maxGrantVersion = from.maxGrantVersion();
        pool = from.pool();
        paging = from.paging();
        e820Host = from.e820Host();
        labels = from.labels();
        sourceText = from.sourceText();
    }

    /** The domain. */
    public DomainSpec build() {
        return new DomainSpec(
                name,
                uuid,
                type,
                memory,
                maxMemory,
                vcpus,
                maxVcpus,
                boot,
                bootloader,
                shim,
                firmware,
                platform,
                graphics,
                emulated,
                clock,
                cpu,
                deviceModel,
                disks,
                nics,
                devices,
                onEvents,
                tscMode,
                hap,
                nestedVirt,
                noMigrate,
                driverDomain,
                driver,
                maxEventChannels,
                maxGrantFrames,
                maxMaptrackFrames,
                maxGrantVersion,
                pool,
                paging,
                e820Host,
                labels,
                sourceText);
    }

    /** Sets name: unique on the host, 1 to 255 characters. */
    public DomainSpecBuilder name(String value) {
        this.name = value;
        return this;
    }

    /** Sets uuid: empty: a random one, made at create. */
    public DomainSpecBuilder uuid(Optional<DomainUuid> value) {
        this.uuid = value;
        return this;
    }

    /** Sets type: how it is virtualised. */
    public DomainSpecBuilder type(GuestType value) {
        this.type = value;
        return this;
    }

    /** Sets memory: what it starts with. */
    public DomainSpecBuilder memory(MemorySize value) {
        this.memory = value;
        return this;
    }

    /** Sets maxMemory: what it may grow to; at least {@code memory}. */
    public DomainSpecBuilder maxMemory(MemorySize value) {
        this.maxMemory = value;
        return this;
    }

    /** Sets vcpus: online at start, 1 to {@code maxVcpus}. */
    public DomainSpecBuilder vcpus(int value) {
        this.vcpus = value;
        return this;
    }

    /** Sets maxVcpus: 1 to 512 (PV, HVM, PVH: Xen may say less). */
    public DomainSpecBuilder maxVcpus(int value) {
        this.maxVcpus = value;
        return this;
    }

    /** Sets boot: the kernel; empty only for HVM or with a boot loader. */
    public DomainSpecBuilder boot(Optional<DirectBoot> value) {
        this.boot = value;
        return this;
    }

    /** Sets bootloader: a program that finds the kernel in the first disk (PV, PVH). */
    public DomainSpecBuilder bootloader(Optional<BootloaderSpec> value) {
        this.bootloader = value;
        return this;
    }

    /** Sets shim: a small Xen around a PV guest (PVH). */
    public DomainSpecBuilder shim(ShimSpec value) {
        this.shim = value;
        return this;
    }

    /** Sets firmware: what it boots from (HVM). */
    public DomainSpecBuilder firmware(FirmwareSpec value) {
        this.firmware = value;
        return this;
    }

    /** Sets platform: the machine that it sees (HVM, in part PVH). */
    public DomainSpecBuilder platform(PlatformSpec value) {
        this.platform = value;
        return this;
    }

    /** Sets graphics: its screen (HVM). */
    public DomainSpecBuilder graphics(GraphicsSpec value) {
        this.graphics = value;
        return this;
    }

    /** Sets emulated: small emulated devices (HVM). */
    public DomainSpecBuilder emulated(EmulatedSpec value) {
        this.emulated = value;
        return this;
    }

    /** Sets clock: its clocks. */
    public DomainSpecBuilder clock(ClockSpec value) {
        this.clock = value;
        return this;
    }

    /** Sets cpu: what its CPUs are and where they run. */
    public DomainSpecBuilder cpu(CpuSpec value) {
        this.cpu = value;
        return this;
    }

    /** Sets deviceModel: QEMU. */
    public DomainSpecBuilder deviceModel(DeviceModelSpec value) {
        this.deviceModel = value;
        return this;
    }

    /** Sets disks: in order; a vdev appears once. */
    public DomainSpecBuilder disks(List<DiskSpec> value) {
        this.disks = value;
        return this;
    }

    /** Sets nics: in order; the index is the devid unless set. */
    public DomainSpecBuilder nics(List<NicSpec> value) {
        this.nics = value;
        return this;
    }

    /** Sets devices: all other devices. */
    public DomainSpecBuilder devices(DeviceSpecs value) {
        this.devices = value;
        return this;
    }

    /** Sets onEvents: what happens when it stops. */
    public DomainSpecBuilder onEvents(OnEvents value) {
        this.onEvents = value;
        return this;
    }

    /** Sets tscMode: how it sees the time stamp counter. */
    public DomainSpecBuilder tscMode(TscMode value) {
        this.tscMode = value;
        return this;
    }

    /** Sets hap: hardware assisted paging (PVH, HVM); empty: where the host has it. */
    public DomainSpecBuilder hap(Optional<Boolean> value) {
        this.hap = value;
        return this;
    }

    /** Sets nestedVirt: nested virtualisation (PVH, HVM). */
    public DomainSpecBuilder nestedVirt(boolean value) {
        this.nestedVirt = value;
        return this;
    }

    /** Sets noMigrate: never to be migrated. */
    public DomainSpecBuilder noMigrate(boolean value) {
        this.noMigrate = value;
        return this;
    }

    /** Sets driverDomain: may serve backends to other domains. */
    public DomainSpecBuilder driverDomain(boolean value) {
        this.driverDomain = value;
        return this;
    }

    /** Sets driver: how jxl looks after a driver domain; empty: as after any guest. */
    public DomainSpecBuilder driver(Optional<DriverSpec> value) {
        this.driver = value;
        return this;
    }

    /** Sets maxEventChannels: highest event channel port, 1023 by default. */
    public DomainSpecBuilder maxEventChannels(int value) {
        this.maxEventChannels = value;
        return this;
    }

    /** Sets maxGrantFrames: empty: Xen's default. */
    public DomainSpecBuilder maxGrantFrames(Optional<Integer> value) {
        this.maxGrantFrames = value;
        return this;
    }

    /** Sets maxMaptrackFrames: empty: Xen's default. */
    public DomainSpecBuilder maxMaptrackFrames(Optional<Integer> value) {
        this.maxMaptrackFrames = value;
        return this;
    }

    /** Sets maxGrantVersion: 1 or 2; empty: what the host has. */
    public DomainSpecBuilder maxGrantVersion(Optional<Integer> value) {
        this.maxGrantVersion = value;
        return this;
    }

    /** Sets pool: cpupool's name; empty: Pool-0. */
    public DomainSpecBuilder pool(Optional<String> value) {
        this.pool = value;
        return this;
    }

    /** Sets paging: memory for Xen's own tables of the guest; empty: computed as xl does. */
    public DomainSpecBuilder paging(Optional<MemorySize> value) {
        this.paging = value;
        return this;
    }

    /** Sets e820Host: PV: the guest sees the host's memory map. */
    public DomainSpecBuilder e820Host(boolean value) {
        this.e820Host = value;
        return this;
    }

    /** Sets labels: FLASK labels. */
    public DomainSpecBuilder labels(LabelsSpec value) {
        this.labels = value;
        return this;
    }

    /** Sets sourceText: the text that this was read from, kept for display; empty for the JSON form. */
    public DomainSpecBuilder sourceText(Optional<String> value) {
        this.sourceText = value;
        return this;
    }
}
