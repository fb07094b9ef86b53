package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** USB controllers and devices of the host in guests on the simulated machine, whose devices are 1:2 (1-1) and 1:3 (1-2). */
@Timeout(120)
class UsbOnSimTest extends OneSimulatedHost {
    @Override
    SimSettings settings() {
        return SimSettings.standard().withHurry(10);
    }

    private int guest(String type, String more) {
        assertThat(daemon.create(SimulatedDaemon.configuration("g", type, more)).failure())
                .isEmpty();
        int domid = daemon.find("g").orElseThrow().domid();
        awaitReady(domid);
        return domid;
    }

    private void awaitReady(int domid) {
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(new DomainId(domid)).contains("GUEST-READY"));
    }

    private int reboot(int domid) {
        daemon.act("g", new DomainAction.Reboot(false, false));
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find("g").filter(g -> g.domid() > domid).isPresent());
        int next = daemon.find("g").orElseThrow().domid();
        awaitReady(next);
        return next;
    }

    private OperationView attach(DeviceKind kind, String text) {
        return daemon.end(daemon.toolstack().attach("g", HotplugOnSimTest.request(kind, text)));
    }

    private OperationView detach(DeviceKind kind, String device) {
        return daemon.end(daemon.toolstack().detach("g", kind, device, false));
    }

    private Optional<String> node(String path) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find(path);
        }
    }

    private List<String> devices() {
        return daemon.toolstack().devices("g", DeviceKind.USB_DEVICE).stream()
                .map(d -> d.name() + " " + d.settings().get("bus-id"))
                .toList();
    }

    private String qemus() {
        return daemon.world().leftovers().deviceModels().toString();
    }

    private void destroyAndLookForRemains() {
        daemon.act("g", new DomainAction.Destroy());
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(empty));
    }

    @Test
    void hvmGuestsDevices_arePluggedIntoQemuAtCreateAndStayOverAReboot() {
        int domid = guest(
                "hvm",
                "usbctrl = [ \"version=3,ports=4\" ]\nusbdev = [ \"hostbus=1,hostaddr=3,controller=0,port=2\","
                        + " \"hostbus=1,hostaddr=2\" ]");
        String index = "/libxl/" + domid + "/device/vusb/0/";
        assertThat(node(index + "type")).contains("devicemodel");
        assertThat(node(index + "usb-ver")).contains("3");
        assertThat(node(index + "num-ports")).contains("4");
        assertThat(node(index + "port/1")).contains("1-1");
        assertThat(node(index + "port/2")).contains("1-2");
        assertThat(node(index + "port/3")).contains("");
        assertThat(node(index + "backend")).isEmpty();
        assertThat(qemus()).contains("xenusb-0", "xenusb-1-2", "xenusb-1-3");
        assertThat(devices()).containsExactly("0.1 1-1", "0.2 1-2");
        assertThat(daemon.toolstack().configOf("g").libxlJson())
                .contains("\"usbctrls\"", "\"usbdevs\"", "\"hostaddr\" : 3");
        reboot(domid);
        assertThat(devices()).containsExactly("0.1 1-1", "0.2 1-2");
        assertThat(qemus()).contains("xenusb-0", "xenusb-1-2", "xenusb-1-3");
        destroyAndLookForRemains();
    }

    @Test
    void deviceWithoutAController_bringsOne() {
        guest("hvm", "usbdev = [ \"hostbus=1,hostaddr=2\" ]");
        assertThat(daemon.toolstack().devices("g", DeviceKind.USB_CONTROLLER))
                .singleElement()
                .satisfies(c -> assertThat(c.settings())
                        .containsEntry("type", "devicemodel")
                        .containsEntry("usb-ver", "2")
                        .containsEntry("num-ports", "6"));
        assertThat(devices()).containsExactly("0.1 1-1");
        destroyAndLookForRemains();
    }

    @Test
    void hvmGuest_getsThemWhileItRunsAndLosesThem() {
        int domid = guest("hvm", "");
        SimLeftovers before = daemon.world().leftovers();
        assertThat(attach(DeviceKind.USB_CONTROLLER, "type=devicemodel,version=2")
                        .failure())
                .isEmpty();
        assertThat(attach(DeviceKind.USB_DEVICE, "hostbus=1,hostaddr=2").failure())
                .isEmpty();
        assertThat(attach(DeviceKind.USB_DEVICE, "hostbus=1,hostaddr=3,controller=0,port=6")
                        .failure())
                .isEmpty();
        assertThat(devices()).containsExactly("0.1 1-1", "0.6 1-2");
        assertThat(qemus()).contains("xenusb-0", "xenusb-1-2", "xenusb-1-3");

        int next = reboot(domid);
        assertThat(devices()).containsExactly("0.1 1-1", "0.6 1-2");
        assertThat(node("/libxl/" + next + "/device/vusb/0/port/6")).contains("1-2");

        assertThat(detach(DeviceKind.USB_DEVICE, "0.6").failure()).isEmpty();
        assertThat(devices()).containsExactly("0.1 1-1");
        assertThat(qemus()).doesNotContain("xenusb-1-3");
        assertThat(daemon.toolstack().configOf("g").libxlJson()).doesNotContain("\"hostaddr\" : 3");
        assertThat(detach(DeviceKind.USB_CONTROLLER, "0").failure()).isEmpty();
        assertThat(devices()).isEmpty();
        assertThat(daemon.toolstack().configOf("g").libxlJson()).doesNotContain("usb");
        assertThat(daemon.world().leftovers().deviceModels()).hasSameSizeAs(before.deviceModels());
        assertThat(node("/libxl/" + next + "/device/vusb")).isEmpty();
        destroyAndLookForRemains();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh"})
    void otherGuests_areServedByQemu(String type) {
        int domid = guest(type, "");
        SimLeftovers before = daemon.world().leftovers();
        assertThat(attach(DeviceKind.USB_CONTROLLER, "type=auto,ports=3").failure())
                .isEmpty();
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.toolstack().devices("g", DeviceKind.USB_CONTROLLER).stream()
                        .anyMatch(d -> d.state() == 4 && d.backendState() == 4));
        DeviceView controller =
                daemon.toolstack().devices("g", DeviceKind.USB_CONTROLLER).getFirst();
        String back = "/local/domain/0/backend/qusb/" + domid + "/0";
        assertThat(controller.backendPath()).isEqualTo(back);
        assertThat(controller.settings()).containsEntry("type", "qusb").containsEntry("num-ports", "3");
        assertThat(controller.rings()).hasSize(2).doesNotContain(-1L);
        assertThat(attach(DeviceKind.USB_DEVICE, "hostbus=1,hostaddr=3,controller=0")
                        .failure())
                .isEmpty();
        assertThat(node(back + "/port/1")).contains("1-2");
        assertThat(detach(DeviceKind.USB_DEVICE, "0.1").failure()).isEmpty();
        assertThat(node(back + "/port/1")).contains("");
        assertThat(detach(DeviceKind.USB_CONTROLLER, "0").failure()).isEmpty();
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(before));
        destroyAndLookForRemains();
    }

    @Test
    void deviceOfAnotherDomain_isRefused() {
        guest("hvm", "usbdev = [ \"hostbus=1,hostaddr=2\" ]");
        assertThatThrownBy(() -> daemon.create(
                        SimulatedDaemon.configuration("h", "hvm", "usbdev = [ \"hostbus=1,hostaddr=2\" ]")))
                .isInstanceOfSatisfying(
                        ToolstackException.InvalidSpec.class,
                        e -> assertThat(e.problems().toString()).contains("1:2 belongs to domain"));
        assertThat(daemon.create(SimulatedDaemon.configuration("h", "hvm", "usbctrl = [ \"version=2\" ]"))
                        .failure())
                .isEmpty();
        assertThatThrownBy(() -> daemon.toolstack()
                        .attach("h", HotplugOnSimTest.request(DeviceKind.USB_DEVICE, "hostbus=1,hostaddr=2")))
                .isInstanceOfSatisfying(
                        ToolstackException.InvalidSpec.class,
                        e -> assertThat(e.problems().toString()).contains("1:2 belongs to domain"));
    }

    @Test
    void qemuThatRefusesADevice_leavesThePortFree() {
        guest("hvm", "usbctrl = [ \"version=2\" ]");
        daemon.world().qemus().answerWith("device_add", (domain, arguments) -> {
            throw new ToolstackException.DeviceModelFailed("plugging", "failed to open host usb device 1:2", null);
        });
        assertThat(attach(DeviceKind.USB_DEVICE, "hostbus=1,hostaddr=2")
                        .failure()
                        .orElseThrow()
                        .message())
                .contains("failed to open host usb device");
        assertThat(devices()).isEmpty();
        assertThat(daemon.toolstack().configOf("g").libxlJson()).doesNotContain("usbdevs");
    }

    @Test
    void guestThatDoesNotLetGoOfAController_keepsIt() {
        guest("hvm", "usbctrl = [ \"version=2\" ]");
        daemon.world().qemus().answer("device_del", Map.of());
        assertThat(detach(DeviceKind.USB_CONTROLLER, "0")
                        .failure()
                        .orElseThrow()
                        .message())
                .contains("did not", "let go of USB controller 0");
        assertThat(daemon.toolstack().devices("g", DeviceKind.USB_CONTROLLER)).hasSize(1);
        assertThat(daemon.end(daemon.toolstack().detach("g", DeviceKind.USB_CONTROLLER, "0", true))
                        .failure())
                .isEmpty();
        assertThat(daemon.toolstack().devices("g", DeviceKind.USB_CONTROLLER)).isEmpty();
    }

    @Test
    void deviceThatWasPulledOutOfTheHost_canStillBeDetached() {
        guest("hvm", "usbdev = [ \"hostbus=1,hostaddr=2\" ]");
        daemon.world().usb().unplug("1-1");
        assertThat(devices()).containsExactly("0.1 1-1");
        assertThat(detach(DeviceKind.USB_DEVICE, "0.1").failure()).isEmpty();
        assertThat(devices()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hvm | usbdev = [ \"hostbus=1,hostaddr=9\" ] | no USB device 1:9",
                "hvm | usbdev = [ \"hostbus=1,hostaddr=1\" ] | is a hub",
                "hvm | usbdev = [ \"hostbus=1,hostaddr=2,port=2\" ] | needs controller=",
                "hvm | usbdev = [ \"hostbus=1,hostaddr=2,controller=4\" ] | controller 4",
                "hvm | usbdev = [ \"hostbus=1,hostaddr=2\", \"hostbus=1,hostaddr=2\" ] | named twice",
                "hvm | usbctrl = [ \"version=1,ports=3\" ] | 2 ports",
                "hvm | usbctrl = [ \"version=3,ports=16\" ] | at most 15",
                "hvm | usbctrl = [ \"type=pv\" ] | xen-usbback",
                "pvh | usbctrl = [ \"type=devicemodel\" ] | only an HVM guest",
                "pvh | usbctrl = [ \"version=3\" ] | version 3 is not possible"
            })
    void whatCannotBe_isRefusedBeforeAnythingIsDone(String type, String more, String word) {
        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("g", type, more)))
                .isInstanceOfSatisfying(
                        ToolstackException.InvalidSpec.class,
                        e -> assertThat(e.problems().toString()).contains(word));
        daemon.requireLeft(empty, "afterwards");
    }
}
