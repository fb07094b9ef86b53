package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.CreateRequest.Format;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.BackendBehaviour;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that come to and go from guests which run, through the toolstack's interface, on the simulated machine. */
@Timeout(120)
class HotplugOnSimTest extends OneSimulatedHost {
    private static final DeviceRequest DISK = disk("format=raw,vdev=xvdb,access=rw,target=/sim/b.img");
    private static final DeviceRequest NIC = nic("bridge=xenbr0,mac=00:16:3e:01:02:03");

    private SimLeftovers before;
    private int domid;

    static DeviceRequest request(DeviceKind kind, String text) {
        return new DeviceRequest(kind, text, Format.XL_CFG);
    }

    static DeviceRequest disk(String text) {
        return request(DeviceKind.DISK, text);
    }

    static DeviceRequest pci(String text) {
        return request(DeviceKind.PCI, text);
    }

    static DeviceRequest nic(String text) {
        return request(DeviceKind.NIC, text);
    }

    private void guest(String type, String more) {
        OperationView made = daemon.create(SimulatedDaemon.configuration("g", type, more));
        assertThat(made.failure()).isEmpty();
        domid = daemon.find("g").orElseThrow().domid();
        awaitReady(domid);
        before = daemon.world().leftovers();
    }

    private void awaitReady(int number) {
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(new DomainId(number)).contains("GUEST-READY"));
    }

    private OperationView attach(DeviceRequest request) {
        return daemon.end(daemon.toolstack().attach("g", request));
    }

    private OperationView detach(DeviceKind kind, String device, boolean force) {
        return daemon.end(daemon.toolstack().detach("g", kind, device, force));
    }

    private void awaitConnected(DeviceKind kind, int devid) {
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.toolstack().devices("g", kind).stream()
                        .anyMatch(d -> d.devid() == devid && d.state() == 4 && d.backendState() == 4));
    }

    private String stored() {
        return daemon.toolstack().configOf("g").libxlJson();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh"})
    void attachedDisk_isServedListedAndStored(String type) {
        guest(type, "");
        assertThat(attach(DISK).failure()).isEmpty();

        awaitConnected(DeviceKind.DISK, 51728);
        List<DeviceView> disks = daemon.toolstack().devices("g", DeviceKind.DISK);
        assertThat(disks).extracting(DeviceView::name).containsExactly("xvda", "xvdb");
        DeviceView disk = disks.getLast();
        assertThat(disk.settings()).containsEntry("params", "/sim/b.img").containsEntry("mode", "w");
        assertThat(disk.backendPath()).isEqualTo("/local/domain/0/backend/vbd/" + domid + "/51728");
        assertThat(disk.statistics()).containsKey("rd_req");
        assertThat(disk.rings()).singleElement().isNotEqualTo(-1L);
        assertThat(daemon.world().leftovers().loops()).hasSize(2);
        assertThat(stored()).contains("/sim/g.img", "/sim/b.img");
    }

    @Test
    void relativePathOfADisk_beginsInTheUsersFolder() {
        guest("pvh", "");
        String text = "format=raw,vdev=xvdb,access=rw,target=b.img";
        assertThatThrownBy(() -> attach(disk(text)))
                .isInstanceOfSatisfying(
                        ToolstackException.InvalidSpec.class,
                        e -> assertThat(e.problems().toString()).contains("whole path"));
        Optional<Path> sim = Optional.of(Path.of("/sim"));
        assertThat(attach(new DeviceRequest(DeviceKind.DISK, text, Format.XL_CFG, sim))
                        .failure())
                .isEmpty();
        assertThat(stored()).contains("\"/sim/b.img\"");
        String json = "{\"vdev\":\"xvdc\",\"format\":\"raw\",\"readWrite\":true,\"target\":\"c.img\"}";
        assertThat(attach(new DeviceRequest(DeviceKind.DISK, json, Format.JSON, sim))
                        .failure())
                .isEmpty();
        assertThat(stored()).contains("\"/sim/c.img\"");
    }

    @Test
    void attachedNic_isOnItsBridgeListedAndStored() {
        guest("pvh", "");
        assertThat(attach(NIC).failure()).isEmpty();

        awaitConnected(DeviceKind.NIC, 1);
        DeviceView nic = daemon.toolstack().devices("g", DeviceKind.NIC).getLast();
        assertThat(nic.name()).isEqualTo("00:16:3e:01:02:03");
        assertThat(nic.settings()).containsEntry("bridge", "xenbr0");
        assertThat(nic.statistics()).containsKey("rx_bytes");
        assertThat(nic.rings()).hasSize(2);
        assertThat(daemon.world().leftovers().interfaces()).contains("vif" + domid + ".1 on xenbr0, mtu 1500");
        assertThat(stored()).contains("00:16:3e:01:02:03");
    }

    @ParameterizedTest
    @CsvSource({"DISK, xvdb, false", "DISK, 51728, false", "DISK, xvdb, true", "NIC, 1, false", "NIC, 1, true"})
    void detachedDevice_leavesNothing(DeviceKind kind, String reference, boolean force) {
        guest("pvh", "");
        String configuration = stored();
        attach(kind == DeviceKind.DISK ? DISK : NIC);
        awaitConnected(kind, kind == DeviceKind.DISK ? 51728 : 1);

        assertThat(detach(kind, reference, force).failure()).isEmpty();
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(before));
        assertThat(stored()).isEqualTo(configuration);
    }

    @Test
    void nic_isDetachedByItsMacAddress() {
        guest("pvh", "");
        attach(NIC);
        assertThat(detach(DeviceKind.NIC, "00:16:3E:01:02:03", false).failure()).isEmpty();
        assertThat(daemon.toolstack().devices("g", DeviceKind.NIC)).hasSize(1);
    }

    @Test
    void reboot_keepsWhatWasAttachedAndNotWhatWasDetached() {
        guest("pvh", "");
        attach(DISK);
        attach(NIC);
        detach(DeviceKind.NIC, "0", false);
        assertThat(daemon.act("g", new DomainAction.Reboot(false, true)).failure())
                .isEmpty();

        DomainView after = daemon.toolstack().requireDomain("g");
        assertThat(after.domid()).isNotEqualTo(domid);
        assertThat(daemon.toolstack().devices("g", DeviceKind.DISK))
                .extracting(DeviceView::name)
                .containsExactly("xvda", "xvdb");
        assertThat(daemon.toolstack().devices("g", DeviceKind.NIC))
                .singleElement()
                .satisfies(nic -> {
                    assertThat(nic.devid()).isEqualTo(1);
                    assertThat(nic.name()).isEqualTo("00:16:3e:01:02:03");
                });
    }

    @Test
    void destroy_takesAttachedDevicesToo() {
        SimLeftovers empty = daemon.world().leftovers();
        guest("pv", "");
        attach(DISK);
        attach(NIC);
        daemon.act("g", new DomainAction.Destroy());
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void diskOfATakenName_isRefusedAndTheFirstStays() {
        guest("pvh", "");
        attach(DISK);
        assertThatThrownBy(() -> attach(disk("format=raw,vdev=xvdb,access=rw,target=/sim/c.img")))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("xvdb");
        assertThat(daemon.toolstack().devices("g", DeviceKind.DISK))
                .extracting(d -> d.settings().get("params"))
                .containsExactly("/sim/g.img", "/sim/b.img");
        assertThat(daemon.world().leftovers().loops()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "DISK, 'format=raw,vdev=xvdb,access=rw,target=/sim/missing.img', /sim/missing.img",
        "DISK, 'format=raw,vdev=nonsense,access=rw,target=/sim/b.img', nonsense",
        "DISK, 'what is this', vdev",
        "NIC, 'bridge=xenbr7', xenbr7",
        "NIC, 'mac=00:16:3e:zz:00:00', MAC"
    })
    void badDescription_isRefusedByNameAndNothingIsLeft(DeviceKind kind, String text, String named) {
        guest("pvh", "");
        assertThatThrownBy(() -> attach(new DeviceRequest(kind, text, Format.XL_CFG)))
                .isInstanceOf(ToolstackException.InvalidSpec.class)
                .hasMessageContaining(named);
        daemon.requireLeft(before, "afterwards");
    }

    @Test
    void jsonDescription_meansTheSame() {
        guest("pvh", "");
        String json = "{\"target\":\"/sim/b.img\",\"vdev\":\"xvdb\",\"readWrite\":false}";
        assertThat(attach(new DeviceRequest(DeviceKind.DISK, json, Format.JSON)).failure())
                .isEmpty();
        assertThat(daemon.toolstack().devices("g", DeviceKind.DISK).getLast().settings())
                .containsEntry("mode", "r");
        assertThatThrownBy(() -> attach(new DeviceRequest(DeviceKind.DISK, json + "," + json, Format.JSON)))
                .isInstanceOf(ToolstackException.InvalidSpec.class);
    }

    @Test
    void noSuchDevice_isToldWithThoseThereAre() {
        guest("pvh", "");
        assertThatThrownBy(() -> detach(DeviceKind.DISK, "xvdz", false))
                .isInstanceOf(ToolstackException.DeviceNotFound.class)
                .hasMessageContaining("xvdz")
                .hasMessageContaining("xvda");
    }

    @Test
    void backendThatNeverAnswers_attachFailsAndNothingIsLeft(@TempDir Path other) {
        daemon.close();
        daemon = new SimulatedDaemon(other, SimSettings.standard().withHurry(100));
        guest("pvh", "");
        daemon.world().behave("vbd", BackendBehaviour.ABSENT);
        OperationView failed = attach(DISK);

        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.failure().orElseThrow().message()).contains("xvdb", "xen-blkback");
        daemon.requireLeft(before, "afterwards");
    }

    @Test
    void guestThatKeepsADevice_detachFailsAndForceHelps() {
        guest("pvh", "");
        attach(DISK);
        awaitConnected(DeviceKind.DISK, 51728);
        daemon.world().behave("vbd", BackendBehaviour.NEVER_CLOSES);
        OperationView failed = detach(DeviceKind.DISK, "xvdb", false);

        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.failure().orElseThrow().message()).contains("xvdb", "force");
        assertThat(stored()).contains("/sim/b.img");
        daemon.world().behave("vbd", BackendBehaviour.NORMAL);
        assertThat(detach(DeviceKind.DISK, "xvdb", true).failure()).isEmpty();
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(before));
    }

    @Test
    void scriptedDisk_isConnectedAndDisconnectedByItsScript() {
        guest("pvh", "");
        assertThat(attach(disk("script=block-iscsi,vdev=xvdb,access=rw,target=iqn=x:portal=1.2.3.4"))
                        .failure())
                .isEmpty();
        awaitConnected(DeviceKind.DISK, 51728);
        assertThat(daemon.world().scriptRuns())
                .singleElement()
                .asString()
                .startsWith("block-iscsi add {")
                .contains("script=/etc/xen/scripts/block-iscsi", "XENBUS_TYPE=vbd", "XENBUS_BASE_PATH=backend")
                .contains("XENBUS_PATH=backend/vbd/" + domid + "/51728");

        assertThat(detach(DeviceKind.DISK, "xvdb", false).failure()).isEmpty();
        assertThat(daemon.world().scriptRuns()).last().asString().startsWith("block-iscsi remove {");
        daemon.requireLeft(before, "afterwards");
    }

    @ParameterizedTest
    @CsvSource({
        "'script=vif-openvswitch,bridge=ovs0:5', vif-openvswitch",
        "'script=vif-route,ip=10.0.0.5,gatewaydev=eth0', vif-route",
        "'bridge=xenbr0,vlan=7', vif-bridge",
        "'bridge=xenbr0,ip=10.0.0.5', vif-bridge"
    })
    void scriptedNic_isConnectedByItsScript(String text, String script) {
        guest("pv", "");
        assertThat(attach(nic(text)).failure()).isEmpty();
        awaitConnected(DeviceKind.NIC, 1);
        assertThat(daemon.world().scriptRuns())
                .singleElement()
                .asString()
                .startsWith(script + " online type_if=vif {")
                .contains("vif=vif" + domid + ".1", "netdev=");
        daemon.act("g", new DomainAction.Destroy());
        assertThat(daemon.world().scriptRuns()).last().asString().startsWith(script + " offline type_if=vif {");
    }

    @Test
    void hvmGuest_scriptConnectsItsEmulatedCardTooAndALaterCardHasNone() {
        guest("hvm", "vif = [ \"script=vif-openvswitch,bridge=ovs0\" ]");
        assertThat(daemon.world().scriptRuns())
                .satisfiesExactly(
                        run -> assertThat(run).startsWith("vif-openvswitch online type_if=vif {"),
                        run -> assertThat(run)
                                .startsWith("vif-openvswitch add type_if=tap {")
                                .contains("INTERFACE=vif" + domid + ".0-emu"));

        assertThat(attach(NIC).failure()).isEmpty();
        awaitConnected(DeviceKind.NIC, 1);
        assertThat(daemon.toolstack().devices("g", DeviceKind.NIC).getLast().settings())
                .containsEntry("type", "vif");

        daemon.act("g", new DomainAction.Destroy());
        assertThat(daemon.world().scriptRuns().subList(2, 4))
                .satisfiesExactly(
                        run -> assertThat(run).startsWith("vif-openvswitch offline type_if=vif {"),
                        run -> assertThat(run).startsWith("vif-openvswitch remove type_if=tap {"));
    }

    @ParameterizedTest
    @CsvSource({"block-fail, no such target, the script says no", "block-slow, waiting, no end after 40 s"})
    void failingScript_isQuotedAndNothingIsLeft(String script, String word, String more) {
        guest("pvh", "");
        OperationView failed = attach(disk("script=" + script + ",vdev=xvdb,access=rw,target=lun7"));
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.failure().orElseThrow().message()).contains("xvdb", script, word, more);
        daemon.requireLeft(before, "afterwards");
    }

    @Test
    void missingScript_isRefusedBeforeAnythingIsDone() {
        guest("pvh", "");
        assertThatThrownBy(() -> attach(disk("script=block-missing,vdev=xvdb,access=rw,target=lun7")))
                .isInstanceOf(ToolstackException.InvalidSpec.class)
                .hasMessageContaining("/etc/xen/scripts/block-missing");
        assertThat(daemon.world().scriptRuns()).isEmpty();
    }

    @Test
    void readOnlySharing_isAllowedAndWritingIsNot() {
        guest("pvh", "");
        OperationView other = daemon.create(SimulatedDaemon.configuration("h", "pvh", ""));
        assertThat(other.failure()).isEmpty();
        String shared = "format=raw,vdev=xvdb,access=ro,target=/sim/shared.img";
        assertThat(attach(disk(shared)).failure()).isEmpty();
        assertThat(daemon.end(daemon.toolstack().attach("h", disk(shared))).failure())
                .isEmpty();
        OperationView writer = attach(disk("format=raw,vdev=xvdc,access=rw,target=/sim/shared.img"));
        assertThat(writer.failure().orElseThrow().message()).contains("/sim/shared.img");
        assertThat(daemon.toolstack().devices("g", DeviceKind.DISK)).hasSize(2);
    }

    @Test
    void pausedGuest_isAttachedToAndDetachedFromUnusedDevices() {
        OperationView made = daemon.create(SimulatedDaemon.configuration("g", "pvh", ""));
        assertThat(made.failure()).isEmpty();
        awaitReady(daemon.find("g").orElseThrow().domid());
        daemon.act("g", new DomainAction.Pause());
        before = daemon.world().leftovers();

        assertThatThrownBy(() -> requireSuccess(detach(DeviceKind.DISK, "xvda", false)))
                .hasMessageContaining("paused");
        assertThat(attach(DISK).failure()).isEmpty();
        assertThat(detach(DeviceKind.DISK, "xvdb", false).failure()).isEmpty();
        daemon.requireLeft(before, "afterwards");
    }

    private static void requireSuccess(OperationView operation) {
        operation.failure().ifPresent(f -> {
            throw new AssertionError(f.message());
        });
    }

    @Test
    void stoppedGuest_isRefused() {
        guest("pvh", "on_crash = \"preserve\"");
        daemon.world().stopGuest(new DomainId(domid), dev.jxl.xld.host.DomainFacts.ShutdownReason.CRASH);
        assertThatThrownBy(() -> attach(DISK))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("shutdown");
        assertThatThrownBy(() -> daemon.toolstack().attach("0", DISK))
                .isInstanceOf(ToolstackException.WrongState.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "99999999999999999999", "-1", "4; rm -rf /", "../../0", "\u001b[2J"})
    void hostileFrontendValues_areShownAsNothing(String value) {
        guest("pvh", "");
        attach(NIC);
        awaitConnected(DeviceKind.NIC, 1);
        try (MemoryXenStore mine = daemon.world().storeAs(new DomainId(domid))) {
            for (String node : List.of("event-channel", "tx-ring-ref", "rx-ring-ref", "backend", "mac", "backend-id")) {
                mine.write("/local/domain/" + domid + "/device/vif/1/" + node, value);
            }
            mine.write("/local/domain/" + domid + "/device/vif/1/state", value);
        }
        DeviceView nic = daemon.toolstack().devices("g", DeviceKind.NIC).getLast();
        assertThat(nic.state()).isEqualTo(-1);
        assertThat(nic.eventChannel()).isEqualTo(-1L);
        assertThat(nic.rings()).containsExactly(-1L, -1L);
        assertThat(nic.name()).isEqualTo("00:16:3e:01:02:03");
        assertThat(nic.backendPath()).startsWith("/local/domain/0/backend/vif/");
        assertThat(detach(DeviceKind.NIC, "1", true).failure()).isEmpty();
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(before));
    }
}
