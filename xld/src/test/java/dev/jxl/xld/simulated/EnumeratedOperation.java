package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Save.Afterwards;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.BackendBehaviour;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is done to the guest {@code subject}. */
enum EnumeratedOperation {
    CREATE_PVH,
    CREATE_PV,
    CREATE_WITH_QEMU,
    CREATE_PV_WITH_PCI,
    CREATE_HVM_WITH_PCI,
    CREATE_BY_BOOTLOADER,
    DESTROY,
    DESTROY_WITH_PCI,
    PAUSE,
    UNPAUSE,
    SHUTDOWN,
    REBOOT,
    SOFT_RESET,
    ATTACH_DISK,
    ATTACH_DISK_OF_QEMU,
    ATTACH_NIC,
    DETACH_DISK,
    DETACH_DISK_OF_QEMU,
    DETACH_NIC,
    DETACH_DISK_BY_FORCE,
    ATTACH_VKB,
    DETACH_VKB,
    ATTACH_VTPM,
    DETACH_VTPM,
    ATTACH_USB_CONTROLLER,
    DETACH_USB_CONTROLLER,
    ATTACH_USB_DEVICE,
    DETACH_USB_DEVICE,
    ATTACH_PCI,
    ATTACH_PCI_TO_HVM,
    DETACH_PCI,
    DETACH_PCI_BY_FORCE,
    SUSPEND,
    RESUME,
    RENAME,
    DUMP_CORE,
    SAVE,
    SAVE_AND_RUN,
    RESTORE,
    SYSRQ,
    CONFIG_UPDATE,
    TRIGGER,
    CD_INSERT,
    CD_INSERT_LOCKED_UP;

    static final String GUEST = "subject";
    static final String BYSTANDER = "bystander";
    static final String KEPT = "0000:03:00.0";
    static final String OTHER_KEPT = "0000:04:00.0";
    private static final DeviceRequest DISK = HotplugOnSimTest.disk("format=raw,vdev=xvdb,access=rw,target=/sim/b.img");
    private static final DeviceRequest QDISK =
            HotplugOnSimTest.disk("format=qcow2,vdev=xvdb,access=rw,target=/sim/b.img");
    private static final DeviceRequest NIC = HotplugOnSimTest.nic("bridge=xenbr0,mac=00:16:3e:01:02:03");
    private static final DeviceRequest VKB = HotplugOnSimTest.request(DeviceKind.VKB, "backend-type=qemu,width=800");
    private static final DeviceRequest VTPM = HotplugOnSimTest.request(DeviceKind.VTPM, "backend=0");
    private static final DeviceRequest USB_CONTROLLER =
            HotplugOnSimTest.request(DeviceKind.USB_CONTROLLER, "type=auto");
    private static final DeviceRequest USB_DEVICE =
            HotplugOnSimTest.request(DeviceKind.USB_DEVICE, "hostbus=1,hostaddr=2");
    private static final DeviceRequest PCI = HotplugOnSimTest.pci(KEPT);
    private static final DeviceRequest OTHER_PCI = HotplugOnSimTest.pci(OTHER_KEPT);

    static final Path CORE = Path.of("/var/tmp/core");
    static final Path SAVED = Path.of("/var/tmp/saved");
    static final String OTHER_NAME = "renamed";

    boolean creates() {
        return this == CREATE_PVH
                || this == CREATE_PV
                || this == CREATE_WITH_QEMU
                || this == CREATE_PV_WITH_PCI
                || this == CREATE_BY_BOOTLOADER
                || this == CREATE_HVM_WITH_PCI
                || this == RESTORE;
    }

    boolean needsPci() {
        return this == CREATE_PV_WITH_PCI || this == CREATE_HVM_WITH_PCI || this == DESTROY_WITH_PCI || plugsPci();
    }

    private boolean plugsPci() {
        return this == ATTACH_PCI || this == ATTACH_PCI_TO_HVM || this == DETACH_PCI || this == DETACH_PCI_BY_FORCE;
    }

    private boolean plugsUsb() {
        return this == ATTACH_USB_CONTROLLER
                || this == DETACH_USB_CONTROLLER
                || this == ATTACH_USB_DEVICE
                || this == DETACH_USB_DEVICE;
    }

    private boolean insertsCd() {
        return this == CD_INSERT || this == CD_INSERT_LOCKED_UP;
    }

    static void awaitReady(SimulatedDaemon daemon, int domid) {
        SimulatedDaemon.soon()
                .until(() -> daemon.world().consoleText(new DomainId(domid)).contains("GUEST-READY"));
    }

    private static void plugged(SimulatedDaemon daemon, DeviceRequest device) {
        assertThat(daemon.end(daemon.toolstack().attach(GUEST, device)).failure())
                .isEmpty();
    }

    private static String withPci(String type) {
        return SimulatedDaemon.configuration(
                GUEST, type, "pci = [ \"" + KEPT + "\", \"" + OTHER_KEPT + ",permissive=1\" ]");
    }

    private static String configuration(String type) {
        return SimulatedDaemon.configuration(GUEST, type, "");
    }

    void prepare(SimulatedDaemon daemon) {
        if (creates() && this != RESTORE) {
            return;
        }
        if (this == DESTROY_WITH_PCI) {
            assertThat(daemon.create(withPci("hvm")).failure()).isEmpty();
            awaitReady(daemon, daemon.find(GUEST).orElseThrow().domid());
            return;
        }
        boolean hvm = insertsCd()
                || this == ATTACH_PCI_TO_HVM
                || this == SAVE
                || this == RESTORE
                || this == SOFT_RESET
                || plugsUsb();
        String type = hvm ? "hvm" : plugsPci() ? "pv" : "pvh";
        String more = plugsPci()
                ? "passthrough=\"enabled\""
                : insertsCd()
                        ? "disk = [ \"format=raw,vdev=hdc,devtype=cdrom,target=/sim/a.iso\" ]\ndm_restrict = "
                                + (this == CD_INSERT_LOCKED_UP ? 1 : 0)
                        : "";
        assertThat(daemon.create(SimulatedDaemon.configuration(GUEST, type, more))
                        .status())
                .isEqualTo(Status.SUCCEEDED);
        awaitReady(daemon, daemon.find(GUEST).orElseThrow().domid());
        switch (this) {
            case UNPAUSE -> daemon.act(GUEST, new DomainAction.Pause());
            case DETACH_DISK, DETACH_DISK_BY_FORCE -> attached(daemon, DISK);
            case DETACH_DISK_OF_QEMU -> attached(daemon, QDISK);
            case DETACH_NIC -> attached(daemon, NIC);
            case DETACH_VKB -> attached(daemon, VKB);
            case ATTACH_USB_DEVICE -> plugged(daemon, USB_CONTROLLER);
            case DETACH_USB_CONTROLLER, DETACH_USB_DEVICE -> {
                plugged(daemon, USB_CONTROLLER);
                plugged(daemon, USB_DEVICE);
            }
            case ATTACH_VTPM -> daemon.world().behave("vtpm", BackendBehaviour.NORMAL);
            case DETACH_VTPM -> {
                daemon.world().behave("vtpm", BackendBehaviour.NORMAL);
                attached(daemon, VTPM);
            }
            case DETACH_PCI, DETACH_PCI_BY_FORCE -> {
                attached(daemon, PCI);
                attached(daemon, OTHER_PCI);
            }
            default -> {}
        }
        if (this == RESUME) {
            daemon.act(GUEST, new DomainAction.Suspend());
        }
        if (this == RESTORE) {
            assertThat(daemon.act(GUEST, new DomainAction.Save(SAVED, Afterwards.DESTROY))
                            .failure())
                    .isEmpty();
        }
    }

    private static void attached(SimulatedDaemon daemon, DeviceRequest device) {
        assertThat(daemon.end(daemon.toolstack().attach(GUEST, device)).failure())
                .isEmpty();
        SimulatedDaemon.soon()
                .until(() -> daemon.toolstack().devices(GUEST, device.kind()).stream()
                        .allMatch(d -> d.state() == 4 && d.backendState() == 4));
    }

    OperationView start(SimulatedDaemon daemon) {
        return switch (this) {
            case CREATE_PVH -> daemon.toolstack().create(SimulatedDaemon.request(configuration("pvh")));
            case CREATE_PV ->
                daemon.toolstack().create(SimulatedDaemon.request(configuration("pv") + "ioports=[\"2f8-2ff\"]\n"));
            case CREATE_WITH_QEMU ->
                daemon.toolstack()
                        .create(SimulatedDaemon.request(configuration("pvh").replace("format=raw", "format=qcow2")));
            case CREATE_BY_BOOTLOADER ->
                daemon.toolstack()
                        .create(SimulatedDaemon.request(
                                SimulatedDaemon.configuration(GUEST, "pvh", "bootloader = \"pygrub\"")));
            case CREATE_PV_WITH_PCI -> daemon.toolstack().create(SimulatedDaemon.request(withPci("pv")));
            case CREATE_HVM_WITH_PCI -> daemon.toolstack().create(SimulatedDaemon.request(withPci("hvm")));
            case DESTROY, DESTROY_WITH_PCI -> daemon.toolstack().act(GUEST, new DomainAction.Destroy());
            case PAUSE -> daemon.toolstack().act(GUEST, new DomainAction.Pause());
            case UNPAUSE -> daemon.toolstack().act(GUEST, new DomainAction.Unpause());
            case SHUTDOWN -> daemon.toolstack().act(GUEST, new DomainAction.Shutdown(false, true));
            case REBOOT -> daemon.toolstack().act(GUEST, new DomainAction.Reboot(false, true));
            case SOFT_RESET -> followingSoftReset(daemon);
            case ATTACH_DISK -> daemon.toolstack().attach(GUEST, DISK);
            case ATTACH_DISK_OF_QEMU -> daemon.toolstack().attach(GUEST, QDISK);
            case ATTACH_NIC -> daemon.toolstack().attach(GUEST, NIC);
            case DETACH_DISK, DETACH_DISK_OF_QEMU -> daemon.toolstack().detach(GUEST, DeviceKind.DISK, "xvdb", false);
            case DETACH_DISK_BY_FORCE -> daemon.toolstack().detach(GUEST, DeviceKind.DISK, "xvdb", true);
            case DETACH_NIC -> daemon.toolstack().detach(GUEST, DeviceKind.NIC, "1", false);
            case ATTACH_VKB -> daemon.toolstack().attach(GUEST, VKB);
            case DETACH_VKB -> daemon.toolstack().detach(GUEST, DeviceKind.VKB, "0", false);
            case ATTACH_USB_CONTROLLER -> daemon.toolstack().attach(GUEST, USB_CONTROLLER);
            case DETACH_USB_CONTROLLER -> daemon.toolstack().detach(GUEST, DeviceKind.USB_CONTROLLER, "0", false);
            case ATTACH_USB_DEVICE -> daemon.toolstack().attach(GUEST, USB_DEVICE);
            case DETACH_USB_DEVICE -> daemon.toolstack().detach(GUEST, DeviceKind.USB_DEVICE, "0.1", false);
            case ATTACH_VTPM -> daemon.toolstack().attach(GUEST, VTPM);
            case DETACH_VTPM -> daemon.toolstack().detach(GUEST, DeviceKind.VTPM, "0", false);
            case ATTACH_PCI, ATTACH_PCI_TO_HVM -> daemon.toolstack().attach(GUEST, PCI);
            case DETACH_PCI -> daemon.toolstack().detach(GUEST, DeviceKind.PCI, KEPT, false);
            case DETACH_PCI_BY_FORCE -> daemon.toolstack().detach(GUEST, DeviceKind.PCI, KEPT, true);
            case SUSPEND -> daemon.toolstack().act(GUEST, new DomainAction.Suspend());
            case RESUME -> daemon.toolstack().act(GUEST, new DomainAction.Resume());
            case RENAME -> daemon.toolstack().act(GUEST, new DomainAction.Rename(OTHER_NAME));
            case DUMP_CORE -> daemon.toolstack().act(GUEST, new DomainAction.DumpCore(CORE));
            case SAVE -> daemon.toolstack().act(GUEST, new DomainAction.Save(SAVED, Afterwards.DESTROY));
            case SAVE_AND_RUN -> daemon.toolstack().act(GUEST, new DomainAction.Save(SAVED, Afterwards.RUN));
            case RESTORE -> daemon.toolstack().restore(SAVED, false);
            case SYSRQ -> daemon.toolstack().act(GUEST, new DomainAction.Sysrq('h'));
            case TRIGGER -> daemon.toolstack().act(GUEST, new DomainAction.Trigger(DomainAction.Trigger.Kind.NMI, 0));
            case CD_INSERT, CD_INSERT_LOCKED_UP ->
                daemon.toolstack().act(GUEST, new DomainAction.ChangeCd("hdc", Optional.of(Path.of("/sim/b.iso"))));
            case CONFIG_UPDATE ->
                daemon.toolstack()
                        .act(GUEST, new DomainAction.Reconfigure(SimulatedDaemon.request(configuration("pvh"))));
        };
    }

    /** What jxld does by itself when the guest asks for a reset. */
    private static OperationView followingSoftReset(SimulatedDaemon daemon) {
        Set<String> before =
                daemon.toolstack().operations().stream().map(OperationView::id).collect(Collectors.toSet());
        daemon.world().stopGuest(new DomainId(daemon.find(GUEST).orElseThrow().domid()), ShutdownReason.SOFT_RESET);
        return SimulatedDaemon.soon("the answer to a soft reset")
                .until(
                        () -> {
                            daemon.nudge();
                            return daemon.toolstack().operations().stream()
                                    .filter(o -> o.kind().equals("soft-reset") && !before.contains(o.id()))
                                    .findFirst();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Whether it has had its effect on the guest that had that number before. */
    boolean done(SimulatedDaemon daemon, int before) {
        Optional<DomainView> guest = daemon.find(GUEST);
        return switch (this) {
            case CREATE_PVH,
                    CREATE_PV,
                    CREATE_WITH_QEMU,
                    CREATE_PV_WITH_PCI,
                    CREATE_HVM_WITH_PCI,
                    CREATE_BY_BOOTLOADER,
                    RESTORE,
                    UNPAUSE,
                    SOFT_RESET,
                    RESUME,
                    SYSRQ,
                    CONFIG_UPDATE,
                    TRIGGER -> guest.isPresent() && guest.get().state().equals("running");
            case CD_INSERT, CD_INSERT_LOCKED_UP ->
                guest.isPresent()
                        && daemon.world()
                                .qemus()
                                .mediumIn(new DomainId(guest.get().domid()), "ide-5632")
                                .equals(Optional.of("/sim/b.iso"));
            case PAUSE -> guest.isPresent() && guest.get().state().equals("paused");
            case DESTROY, DESTROY_WITH_PCI, SHUTDOWN -> guest.isEmpty();
            case REBOOT ->
                guest.isPresent()
                        && guest.get().state().equals("running")
                        && guest.get().domid() != before;
            case ATTACH_DISK, ATTACH_DISK_OF_QEMU -> devices(daemon, DeviceKind.DISK) == 2;
            case ATTACH_NIC -> devices(daemon, DeviceKind.NIC) == 2;
            case DETACH_DISK, DETACH_DISK_OF_QEMU, DETACH_DISK_BY_FORCE -> devices(daemon, DeviceKind.DISK) == 1;
            case DETACH_NIC -> devices(daemon, DeviceKind.NIC) == 1;
            case ATTACH_VKB -> devices(daemon, DeviceKind.VKB) == 1;
            case DETACH_VKB -> devices(daemon, DeviceKind.VKB) == 0;
            case ATTACH_USB_CONTROLLER -> devices(daemon, DeviceKind.USB_CONTROLLER) == 1;
            case DETACH_USB_CONTROLLER -> devices(daemon, DeviceKind.USB_CONTROLLER) == 0;
            case ATTACH_USB_DEVICE -> devices(daemon, DeviceKind.USB_DEVICE) == 1;
            case DETACH_USB_DEVICE -> devices(daemon, DeviceKind.USB_DEVICE) == 0;
            case ATTACH_VTPM -> devices(daemon, DeviceKind.VTPM) == 1;
            case DETACH_VTPM -> devices(daemon, DeviceKind.VTPM) == 0;
            case ATTACH_PCI, ATTACH_PCI_TO_HVM, DETACH_PCI, DETACH_PCI_BY_FORCE -> devices(daemon, DeviceKind.PCI) == 1;
            case SUSPEND -> guest.isPresent() && guest.get().shutdownReason().equals(Optional.of("suspend"));
            case RENAME -> guest.isEmpty() && daemon.find(OTHER_NAME).isPresent();
            case SAVE -> guest.isEmpty() && daemon.world().savedGuests().equals(List.of(SAVED));
            case SAVE_AND_RUN ->
                guest.isPresent()
                        && guest.get().state().equals("running")
                        && daemon.world().savedGuests().equals(List.of(SAVED));
            case DUMP_CORE -> daemon.world().cores().equals(List.of(CORE));
        };
    }

    /** Whether a failed one must have left all as it was before it. */
    boolean attaches() {
        return this == ATTACH_DISK
                || this == ATTACH_DISK_OF_QEMU
                || this == ATTACH_NIC
                || this == ATTACH_VKB
                || this == ATTACH_VTPM
                || this == ATTACH_USB_CONTROLLER
                || this == ATTACH_USB_DEVICE
                || this == ATTACH_PCI
                || this == ATTACH_PCI_TO_HVM;
    }

    private static int devices(SimulatedDaemon daemon, DeviceKind kind) {
        return daemon.toolstack().devices(GUEST, kind).size();
    }
}
