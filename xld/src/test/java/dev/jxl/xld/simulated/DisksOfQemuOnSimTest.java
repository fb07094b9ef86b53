package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimQemus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks in formats that only QEMU knows, of guests that have no other need of QEMU, on the simulated machine. */
@Timeout(120)
class DisksOfQemuOnSimTest extends OneSimulatedHost {
    private static final DeviceRequest DISK =
            HotplugOnSimTest.disk("format=qcow2,vdev=xvdb,access=rw,target=/sim/b.img");

    private int guest(String type, String format) {
        OperationView made =
                daemon.create(SimulatedDaemon.configuration("g", type, "").replace("format=raw", "format=" + format));
        assertThat(made.failure()).isEmpty();
        int domid = daemon.find("g").orElseThrow().domid();
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(new DomainId(domid)).contains("GUEST-READY"));
        return domid;
    }

    private DeviceView connected(int devid) {
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.toolstack().devices("g", DeviceKind.DISK).stream()
                        .anyMatch(d -> d.devid() == devid && d.state() == 4 && d.backendState() == 4));
        return daemon.toolstack().devices("g", DeviceKind.DISK).stream()
                .filter(d -> d.devid() == devid)
                .findFirst()
                .orElseThrow();
    }

    private List<String> deviceModels() {
        return daemon.world().leftovers().deviceModels();
    }

    @ParameterizedTest
    @CsvSource({"pv, qcow2, qcow2", "pvh, qcow2, qcow2", "pvh, vhd, vpc", "pv, qed, qed"})
    void create_qemuServesTheDiskAndGoesWithTheGuest(String type, String format, String word) {
        int domid = guest(type, format);
        DeviceView disk = connected(51712);
        assertThat(disk.backendPath()).isEqualTo("/local/domain/0/backend/qdisk/" + domid + "/51712");
        assertThat(disk.settings())
                .containsEntry("params", word + ":/sim/g.img")
                .containsEntry("type", "qdisk");
        assertThat(daemon.world().qemus().commandOf(new DomainId(domid)).orElseThrow())
                .containsSubsequence("-xen-domid", Integer.toString(domid))
                .contains("-xen-attach", "xenpv");
        assertThat(daemon.world().leftovers().loops()).isEmpty();

        daemon.act("g", new DomainAction.Destroy());
        daemon.requireLeft(empty, "afterwards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh"})
    void attachedDisk_bringsQemuAndTakesItAlongAtItsDetach(String type) {
        int domid = guest(type, "raw");
        SimLeftovers before = daemon.world().leftovers();
        assertThat(deviceModels()).isEmpty();

        assertThat(daemon.end(daemon.toolstack().attach("g", DISK)).failure()).isEmpty();
        connected(51728);
        assertThat(deviceModels()).singleElement().asString().contains("domain " + domid + " ");
        assertThat(daemon.end(daemon.toolstack()
                                .attach("g", HotplugOnSimTest.disk("format=vhd,vdev=xvdc,access=r,target=/sim/c.img")))
                        .failure())
                .isEmpty();
        connected(51744);
        assertThat(deviceModels()).hasSize(1);

        assertThat(daemon.end(daemon.toolstack().detach("g", DeviceKind.DISK, "xvdb", false))
                        .failure())
                .isEmpty();
        assertThat(deviceModels()).hasSize(1);
        assertThat(daemon.end(daemon.toolstack().detach("g", DeviceKind.DISK, "xvdc", true))
                        .failure())
                .isEmpty();
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(before));
    }

    @Test
    void qemuThatDoesNotStart_attachFailsWithItsWordsAndNothingIsLeft() {
        guest("pvh", "raw");
        SimLeftovers before = daemon.world().leftovers();
        daemon.world().qemus().nextStart(SimQemus.Start.DIES);

        OperationView failed = daemon.end(daemon.toolstack().attach("g", DISK));
        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.failure().orElseThrow().message()).contains("device model", "Could not initialize");
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(before));
    }

    @Test
    void attachedDisk_staysOverARebootAndSoDoesItsQemu() {
        int domid = guest("pvh", "raw");
        assertThat(daemon.end(daemon.toolstack().attach("g", DISK)).failure()).isEmpty();
        connected(51728);
        daemon.act("g", new DomainAction.Reboot(false, true));
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find("g").filter(g -> g.domid() != domid).isPresent());
        connected(51728);
        assertThat(deviceModels()).singleElement().asString().doesNotContain("domain " + domid + " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "format=qcow2,backendtype=phy,vdev=xvdb,access=rw,target=/sim/b.img | phy",
                "format=raw,backendtype=tap,vdev=xvdb,access=rw,target=/sim/b.img | tap",
                "format=qcow2,vdev=xvdb,access=rw,target=/sim/missing.img | missing.img"
            })
    void whatNobodyCanServe_isRefused(String disk, String word) {
        guest("pvh", "raw");
        assertThatThrownBy(() -> daemon.toolstack().attach("g", HotplugOnSimTest.disk(disk)))
                .isInstanceOfSatisfying(
                        ToolstackException.InvalidSpec.class,
                        e -> assertThat(e.problems().toString()).contains(word));
        assertThat(deviceModels()).isEmpty();
    }
}
