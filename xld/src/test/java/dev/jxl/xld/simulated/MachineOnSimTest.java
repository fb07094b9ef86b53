package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.ConsoleView;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Trigger.Kind;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ScreenView;
import dev.jxl.xld.api.ToolstackException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The emulated machine of an HVM guest while it runs: its CD drives, its buttons, its screen, its monitor. */
@Timeout(120)
class MachineOnSimTest extends OneSimulatedHost {
    private static final String CD = """
            disk = [ "format=raw,vdev=hdc,access=ro,devtype=cdrom,target=/sim/cd1.iso" ]
            serial = "pty"
            vnc = 1
            vncpasswd = "secret"
            """;

    private final List<String> asked = new CopyOnWriteArrayList<>();

    @BeforeEach
    void prepare() {
        for (String command : List.of("eject", "blockdev-change-medium", "system_wakeup", "stop", "cont")) {
            daemon.world().qemus().answerWith(command, (domain, arguments) -> {
                asked.add(command + " " + arguments);
                return Map.of();
            });
        }
        daemon.world()
                .qemus()
                .answer("query-chardev", List.of(Map.of("label", "serial0", "filename", "pty:/dev/pts/7")));
    }

    private DomainView running(String type, String more) {
        OperationView made = daemon.create(SimulatedDaemon.configuration("g", type, more));
        assertThat(made.failure()).isEmpty();
        DomainView domain = daemon.find("g").orElseThrow();
        await().atMost(SimulatedDaemon.SOON)
                .until(() ->
                        daemon.world().consoleText(new DomainId(domain.domid())).contains("GUEST-READY"));
        return domain;
    }

    private Optional<String> node(String path) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find(path);
        }
    }

    private OperationView change(String drive, String medium) {
        return daemon.act(
                "g",
                new DomainAction.ChangeCd(
                        drive, Optional.of(medium).filter(m -> !m.isEmpty()).map(Path::of)));
    }

    private String message(OperationView failed) {
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        return failed.failure().orElseThrow().message();
    }

    private void requireMedium(DomainView domain, String params) {
        for (String at : List.of(
                "/libxl/" + domain.domid() + "/device/vbd/5632",
                "/local/domain/0/backend/qdisk/" + domain.domid() + "/5632")) {
            assertThat(node(at + "/params")).as(at).contains(params);
            assertThat(node(at + "/type")).as(at).contains("qdisk");
        }
    }

    @Test
    void mediumIsChanged_qemuXenstoreAndTheNextDomainHaveIt() {
        DomainView domain = running("hvm", CD);
        assertThat(change("hdc", "/sim/cd2.iso").failure()).isEmpty();
        assertThat(asked.getFirst()).isEqualTo("eject {id=ide-5632}");
        assertThat(asked.get(1))
                .contains("blockdev-change-medium", "id=ide-5632", "filename=/sim/cd2.iso", "format=raw");
        requireMedium(domain, "aio:/sim/cd2.iso");

        assertThat(daemon.act("g", new DomainAction.Reboot(false, true)).failure())
                .isEmpty();
        DomainView next = daemon.find("g").orElseThrow();
        assertThat(next.domid()).isNotEqualTo(domain.domid());
        requireMedium(next, "aio:/sim/cd2.iso");

        assertThat(change("hdc", "").failure()).isEmpty();
        requireMedium(next, "");
        assertThat(daemon.toolstack().configOf("g").libxlJson()).doesNotContain("cd2.iso");
    }

    @Test
    void lockedDrive_isToldAndKeepsItsMedium() {
        DomainView domain = running("hvm", CD);
        daemon.world().qemus().answerWith("eject", (d, arguments) -> {
            throw new ToolstackException.DeviceModelFailed("asking", "Device 'ide-5632' is locked", null);
        });
        assertThat(message(change("hdc", ""))).contains("drive hdc of 'g'", "is locked", "unmount");
        requireMedium(domain, "aio:/sim/cd1.iso");
    }

    @Test
    void mediumThatQemuRefuses_leavesTheDriveEmptyAndToldSo() {
        DomainView domain = running("hvm", CD);
        daemon.world().qemus().answerWith("blockdev-change-medium", (d, arguments) -> {
            throw new ToolstackException.DeviceModelFailed("asking", "Could not open '/sim/cd2.iso'", null);
        });
        assertThat(message(change("hdc", "/sim/cd2.iso"))).contains("Could not open");
        requireMedium(domain, "");
    }

    @Test
    void whatIsNoDriveOrNoMedium_isRefusedAndNothingIsAsked() {
        running("hvm", CD);
        assertThat(message(change("xvda", "/sim/cd2.iso"))).contains("no CD drive 'xvda'; it has hdc");
        assertThat(message(change("../x", "/sim/cd2.iso"))).contains("'../x' names no drive");
        assertThat(message(change("hdc", "/sim/missing.iso"))).contains("'/sim/missing.iso' does not exist");
        assertThat(message(change("hdc", "cd2.iso"))).contains("not an absolute path");
        assertThat(asked).isEmpty();
    }

    @Test
    void guestWithoutAMachine_hasNoDrivesButtonsScreenOrMonitor() {
        running("pvh", "");
        assertThat(message(change("hdc", "/sim/cd2.iso"))).contains("only HVM guests");
        assertThat(message(daemon.act("g", new DomainAction.Trigger(Kind.S3RESUME, 0))))
                .contains("only HVM guests");
        assertThat(message(daemon.act("g", new DomainAction.Trigger(Kind.POWER, 0))))
                .contains("no such button");
        assertThatThrownBy(() -> daemon.toolstack().monitor("g", "info block")).hasMessageContaining("no device model");
        assertThatThrownBy(() -> daemon.toolstack().screen("g")).hasMessageContaining("no screen");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"NMI", "SLEEP", "S3RESUME"})
    void trigger_guestStays(Kind kind) {
        DomainView domain = running("hvm", "");
        assertThat(daemon.act("g", new DomainAction.Trigger(kind, 1)).failure()).isEmpty();
        assertThat(daemon.find("g").orElseThrow().domid()).isEqualTo(domain.domid());
        assertThat(asked).isEqualTo(kind == Kind.S3RESUME ? List.of("system_wakeup {}") : List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hvm", "pvh", "pv"})
    void resetButton_guestIsMadeAgain(String type) {
        DomainView domain = running(type, "on_reboot = \"restart\"");
        assertThat(daemon.act("g", new DomainAction.Trigger(Kind.RESET, 0)).failure())
                .isEmpty();
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find("g")
                        .filter(g -> g.domid() != domain.domid())
                        .isPresent());
    }

    @Test
    void powerButton_guestEnds() {
        running("hvm", "");
        assertThat(daemon.act("g", new DomainAction.Trigger(Kind.POWER, 0)).failure())
                .isEmpty();
        await().atMost(SimulatedDaemon.SOON).until(() -> daemon.find("g").isEmpty());
    }

    @Test
    void triggerThatCannotBe_isRefusedWithTheReason() {
        running("hvm", "");
        assertThat(message(daemon.act("g", new DomainAction.Trigger(Kind.NMI, 4))))
                .contains("has no vCPU 4");
        assertThat(message(daemon.act("g", new DomainAction.Trigger(Kind.INIT, 0))))
                .contains("Xen on x86");
    }

    @Test
    void screenAndConsoles_areThoseOfTheDeviceModel() {
        running("hvm", CD);
        assertThat(daemon.toolstack().screen("g")).isEqualTo(new ScreenView("127.0.0.1", 5900, Optional.of("secret")));
        assertThat(daemon.toolstack().consoles("g")).contains(new ConsoleView("serial", 0, "/dev/pts/7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "5900 ", "99999999999999999999"})
    void screenWithAStrangePort_isNone(String port) {
        DomainView domain = running("hvm", CD);
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            store.write("/local/domain/" + domain.domid() + "/console/vnc-port", port);
        }
        assertThatThrownBy(() -> daemon.toolstack().screen("g")).hasMessageContaining("no screen");
    }

    @Test
    void monitor_answersWithoutControlCharacters() {
        running("hvm", "");
        daemon.world()
                .qemus()
                .answerWith("human-monitor-command", (d, arguments) -> arguments.get("command-line") + "\u001b[2J\r\n");
        assertThat(daemon.toolstack().monitor("g", "info block")).isEqualTo("info block?[2J\n");
        daemon.world().qemus().answer("human-monitor-command", List.of());
        assertThatThrownBy(() -> daemon.toolstack().monitor("g", "info block"))
                .isInstanceOf(ToolstackException.DeviceModelFailed.class);
        assertThatThrownBy(() -> daemon.toolstack().monitor("g", "a\nb")).hasMessageContaining("one line");
    }

    @Test
    void suspendAndResume_stopAndContinueTheDeviceModel() {
        DomainView domain = running("hvm", "");
        assertThat(daemon.act("g", new DomainAction.Suspend()).failure()).isEmpty();
        assertThat(asked).containsExactly("stop {}");
        assertThat(daemon.act("g", new DomainAction.Resume()).failure()).isEmpty();
        assertThat(asked).containsExactly("stop {}", "cont {}");
        assertThat(daemon.find("g").orElseThrow().domid()).isEqualTo(domain.domid());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hda", "hdd", "xvdb"})
    void readOnlyDiskOfAnIdeController_isRefused(String vdev) {
        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration(
                        "g", "hvm", "disk = [ \"format=raw,vdev=" + vdev + ",access=ro,target=/sim/a.img\" ]")))
                .hasMessageContaining(vdev)
                .hasMessageContaining("no read-only IDE disk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sda", "xvdg"})
    void readOnlyDiskThatIsNotOfTheController_isMade(String vdev) {
        running("hvm", "hdtype = \"ahci\"\ndisk = [ \"format=raw,vdev=" + vdev + ",access=ro,target=/sim/a.img\" ]");
    }
}
