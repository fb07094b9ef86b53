package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.ConsoleView;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.BackendBehaviour;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels, screens, keyboards, shared folders and TPMs of guests on the simulated machine. */
@Timeout(120)
class OtherDevicesOnSimTest extends OneSimulatedHost {
    @Override
    SimSettings settings() {
        return SimSettings.standard().withHurry(10);
    }

    private int guest(String type, String more) {
        OperationView made = daemon.create(SimulatedDaemon.configuration("g", type, more));
        assertThat(made.failure()).isEmpty();
        int domid = daemon.find("g").orElseThrow().domid();
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(new DomainId(domid)).contains("GUEST-READY"));
        return domid;
    }

    private Optional<String> node(String path) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find(path);
        }
    }

    private void destroyAndLookForRemains() {
        daemon.act("g", new DomainAction.Destroy());
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(empty));
    }

    private List<String> command(int domid) {
        return daemon.world().qemus().commandOf(new DomainId(domid)).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh", "hvm"})
    void channels_areConsolesOfQemu(String type) {
        int domid = guest(
                type,
                "channel = [ \"connection=pty,name=org.jxl.one\","
                        + " \"connection=socket,name=org.jxl.two,path=/run/two\" ]");
        String front = "/local/domain/" + domid + "/device/console/";
        assertThat(node(front + "1/name")).contains("org.jxl.one");
        assertThat(node(front + "1/type")).contains("ioemu");
        assertThat(node(front + "1/output")).contains("pty");
        assertThat(node(front + "2/output")).contains("chardev:libxl-channel2");
        assertThat(node("/local/domain/0/backend/console/" + domid + "/2/path")).contains("/run/two");
        assertThat(command(domid)).contains("socket,id=libxl-channel2,path=/run/two,server=on,wait=off");
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            store.write(front + "1/tty", "/dev/pts/71");
            store.write(front + "2/tty", "/etc/shadow");
        }
        assertThat(daemon.toolstack().consoles("g"))
                .contains(new ConsoleView("pv", 1, "/dev/pts/71"))
                .noneMatch(console -> console.number() == 2);
        destroyAndLookForRemains();
    }

    @Test
    void framebuffer_bringsItsKeyboardAndItsVnc() {
        int domid = guest("pv", "vfb = [ \"vnc=1,vnclisten=127.0.0.1,vncpasswd=secret,keymap=de\" ]");
        String back = "/local/domain/0/backend/";
        assertThat(node(back + "vfb/" + domid + "/0/vnc")).contains("1");
        assertThat(node(back + "vfb/" + domid + "/0/vncunused")).contains("1");
        assertThat(node(back + "vfb/" + domid + "/0/vncpasswd")).contains("secret");
        assertThat(node(back + "vkbd/" + domid + "/0/state")).isPresent();
        assertThat(node("/local/domain/" + domid + "/console/vnc-port")).contains("5900");
        assertThat(command(domid)).containsSubsequence("-vnc", "127.0.0.1:0,password=on,to=99", "-k", "de");
        destroyAndLookForRemains();
    }

    @Test
    void keyboardOfAnotherServer_isNotWaitedForAndNeedsNoQemu() {
        int domid = guest(
                "pvh", "vkb = [ \"backend-type=linux,unique-id=kb0,multi-touch-width=800,feature-abs-pointer=1\" ]");
        String back = "/local/domain/0/backend/vinput/" + domid + "/0/";
        assertThat(node(back + "unique-id")).contains("kb0");
        assertThat(node(back + "feature-abs-pointer")).contains("1");
        assertThat(daemon.world().leftovers().deviceModels()).isEmpty();
        destroyAndLookForRemains();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh"})
    void sharedFolder_isServedByQemu(String type) {
        int domid = guest(type, "p9 = [ \"tag=share,path=/sim/share,security_model=none\" ]");
        assertThat(node("/local/domain/" + domid + "/device/9pfs/0/tag")).contains("share");
        String back = "/local/domain/0/backend/9pfs/" + domid + "/0/";
        assertThat(node(back + "path")).contains("/sim/share");
        assertThat(node(back + "security_model")).contains("none");
        await().atMost(SimulatedDaemon.SOON).until(() -> node(back + "state").equals(Optional.of("2")));
        destroyAndLookForRemains();
    }

    @Test
    void tpmWhoseBackendNeverAnswers_failsAndNothingIsLeft() {
        OperationView made = daemon.create(SimulatedDaemon.configuration("g", "pvh", "vtpm = [ \"backend=0\" ]"));
        assertThat(made.failure().orElseThrow().message()).contains("TPM 0", "did not answer");
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(empty));
    }

    private OperationView attach(DeviceKind kind, String text) {
        return daemon.end(daemon.toolstack().attach("g", HotplugOnSimTest.request(kind, text)));
    }

    private OperationView detach(DeviceKind kind, String device) {
        return daemon.end(daemon.toolstack().detach("g", kind, device, false));
    }

    private DeviceView connected(DeviceKind kind, int devid) {
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.toolstack().devices("g", kind).stream()
                        .anyMatch(d -> d.devid() == devid && d.state() == 4 && d.backendState() == 4));
        return daemon.toolstack().devices("g", kind).stream()
                .filter(d -> d.devid() == devid)
                .findFirst()
                .orElseThrow();
    }

    private int reboot(int domid) {
        daemon.act("g", new DomainAction.Reboot(false, false));
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find("g").filter(g -> g.domid() > domid).isPresent());
        int next = daemon.find("g").orElseThrow().domid();
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(new DomainId(next)).contains("GUEST-READY"));
        return next;
    }

    @ParameterizedTest
    @CsvSource({"pv, 0", "pvh, 0", "hvm, 1"})
    void attachedKeyboard_isServedByQemuAndGoesWithoutATrace(String type, int devid) {
        int domid = guest(type, "");
        SimLeftovers before = daemon.world().leftovers();
        assertThat(attach(DeviceKind.VKB, "backend-type=qemu,feature-abs-pointer=1,width=800,height=600")
                        .failure())
                .isEmpty();
        DeviceView keyboard = connected(DeviceKind.VKB, devid);
        assertThat(keyboard.backendPath()).isEqualTo("/local/domain/0/backend/vkbd/" + domid + "/" + devid);
        assertThat(keyboard.settings()).containsEntry("width", "800").containsEntry("feature-abs-pointer", "1");
        assertThat(keyboard.rings()).singleElement().isNotEqualTo(-1L);
        assertThat(daemon.toolstack().configOf("g").libxlJson())
                .contains("\"vkbs\"", "\"devid\" : " + devid, "\"width\" : 800");

        assertThat(detach(DeviceKind.VKB, Integer.toString(devid)).failure()).isEmpty();
        assertThat(daemon.toolstack().configOf("g").libxlJson()).doesNotContain("vkbs");
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(before));
    }

    @Test
    void keyboards_keepTheirNumbersOverAReboot() {
        int domid = guest("pvh", "vkb = [ \"backend-type=linux,unique-id=one\" ]");
        assertThat(attach(DeviceKind.VKB, "backend-type=linux,unique-id=two").failure())
                .isEmpty();
        assertThat(attach(DeviceKind.VKB, "backend-type=linux,unique-id=three").failure())
                .isEmpty();
        assertThat(detach(DeviceKind.VKB, "1").failure()).isEmpty();
        int next = reboot(domid);
        assertThat(daemon.toolstack().devices("g", DeviceKind.VKB))
                .extracting(d -> d.devid() + " " + d.settings().get("unique-id"))
                .containsExactly("0 one", "2 three");
        assertThat(node("/local/domain/0/backend/vinput/" + next + "/2/unique-id"))
                .contains("three");
        destroyAndLookForRemains();
    }

    @Test
    void attachedTpm_isServedKeepsItsUuidAndGoes() {
        daemon.world().behave("vtpm", BackendBehaviour.NORMAL);
        int domid = guest("pvh", "");
        assertThat(attach(DeviceKind.VTPM, "backend=0").failure()).isEmpty();
        String uuid = connected(DeviceKind.VTPM, 0).name();
        assertThat(daemon.toolstack().configOf("g").libxlJson()).contains(uuid);
        reboot(domid);
        assertThat(connected(DeviceKind.VTPM, 0).name()).isEqualTo(uuid);
        assertThat(detach(DeviceKind.VTPM, uuid).failure()).isEmpty();
        assertThat(daemon.toolstack().devices("g", DeviceKind.VTPM)).isEmpty();
        destroyAndLookForRemains();
    }

    @Test
    void attachedTpmWhoseBackendNeverAnswers_leavesNothing() {
        guest("pvh", "");
        SimLeftovers before = daemon.world().leftovers();
        assertThat(attach(DeviceKind.VTPM, "backend=0").failure().orElseThrow().message())
                .contains("TPM 0", "did not answer");
        daemon.requireLeft(before, "afterwards");
        assertThat(daemon.toolstack().configOf("g").libxlJson()).doesNotContain("vtpms");
    }

    @Test
    void channels_areListed() {
        guest("pvh", "channel = [ \"connection=pty,name=org.jxl.one\" ]");
        assertThat(daemon.toolstack().devices("g", DeviceKind.CHANNEL))
                .singleElement()
                .satisfies(channel -> {
                    assertThat(channel.name()).isEqualTo("org.jxl.one");
                    assertThat(channel.devid()).isEqualTo(1);
                    assertThat(channel.settings()).containsEntry("connection", "pty");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "p9 = [ \"tag=t,path=/sim/missing,security_model=none\" ] | /sim/missing",
                "vtpm = [ \"backend=nobody\" ] | nobody",
                "vkb = [ \"backend=nobody\" ] | nobody"
            })
    void whatCannotBe_isRefusedBeforeAnythingIsDone(String more, String word) {
        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("g", "pvh", more)))
                .isInstanceOfSatisfying(
                        ToolstackException.InvalidSpec.class,
                        e -> assertThat(e.problems().toString()).contains(word));
        daemon.requireLeft(empty, "afterwards");
    }
}
