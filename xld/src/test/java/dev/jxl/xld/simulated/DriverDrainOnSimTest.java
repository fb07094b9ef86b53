package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.BackendBehaviour;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Driver domains that finish what is under way before they go, by order or for a restart, and those that cannot. */
@Timeout(120)
class DriverDrainOnSimTest extends OneDriverDomain {
    private OperationView drain() {
        return daemon.end(daemon.toolstack().drivers().drain("driver"));
    }

    private String drainNote(DomainId client) {
        return node("/libxl/" + client + "/device/vbd/51712/jxl-drained");
    }

    private void write(String path, String value) {
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            dom0.write(path, value);
        }
    }

    @Test
    void withAKernelsBackend_anOrderDrainsItFirstAndItsClientGoesOn() {
        DomainId driver = driverWith("devd", "");
        DomainId client = clientWith("");
        awaitServed();
        String ring = node("/local/domain/" + client + "/device/vbd/51712/ring-ref");
        assertThat(restart(false).failure()).isEmpty();
        assertThat(daemon.find("driver").orElseThrow().domid()).isEqualTo(driver.value());
        assertThat(daemon.find("client").orElseThrow().state()).isEqualTo("running");
        assertThat(node("/local/domain/" + client + "/device/vbd/51712/ring-ref"))
                .isEqualTo(ring);
        awaitServed();
        String mtu = "/local/domain/" + client + "/device/vif/0/mtu";
        assertThat(node(mtu)).isEqualTo("1500");
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            assertThat(dom0.permissions(mtu))
                    .as("vif-bridge writes there, and serves no card where it cannot")
                    .containsExactly(Permission.owner(driver.value()), Permission.read(client.value()));
        }
        assertThat(events("driver.disk-lost")).isEmpty();
        assertThat(events("driver.recovered").getFirst().data()).containsKeys("drained", "gone");
        // What a crash leaves under way must not pass for drained.
        assertThat(drainNote(client)).isEqualTo("(none)");
    }

    @Test
    void withAKernelsBackendThatServesOnlyACard_anOrderDrainsItFirst() {
        driverWith("devd", "");
        assertThat(daemon.create(client("").replaceAll("(?m)^disk = .*$", "")).failure())
                .isEmpty();
        awaitServed();
        assertThat(restart(false).failure()).isEmpty();
        awaitServed();
        assertThat(events("driver.recovered").getFirst().data()).containsKeys("drained", "gone");
    }

    @Test
    void withAKernelsBackend_forced_theDiskIsDead() {
        driverWith("devd", "driver_lost_disk = \"leave\"");
        clientWith("");
        awaitServed();
        assertThat(restart(true).failure()).isEmpty();
        assertThat(events("driver.disk-lost")).hasSize(1);
        assertThat(daemon.find("client").orElseThrow().state()).isEqualTo("running");
    }

    @Test
    void aKernelsBackendThatDoesNotFinish_staysAndServesWhatItCan() {
        DomainId driver = driverWith("devd", "");
        DomainId client = clientWith("");
        awaitServed();
        daemon.world().driver(driver).orElseThrow().behave("vbd", BackendBehaviour.NEVER_CLOSES);
        OperationView last = restart(false);
        assertThat(last.status()).isEqualTo(Status.FAILED);
        assertThat(last.failure().orElseThrow().message())
                .contains("disk 51712 of domain " + client)
                .contains("has not finished")
                .doesNotContain("nic");
        assertThat(daemon.find("driver").orElseThrow().state()).isEqualTo("running");
        String backend = "/local/domain/" + driver + "/backend/";
        SimulatedDaemon.soon()
                .until(() -> node(backend + "vif/" + client + "/0/state").equals("4"));
        // With the old one still at the ring, nobody else may have it.
        assertThat(node(backend + "vbd/" + client + "/51712")).isEqualTo("(none)");
        daemon.world().driver(driver).orElseThrow().behave("vbd", BackendBehaviour.NORMAL);
        assertThat(restart(false).failure()).isEmpty();
        awaitServed();
    }

    @Test
    void drained_nobodyHasARingUntilItIsRestarted() {
        DomainId driver = driverWith("devd", "");
        DomainId client = clientWith("");
        awaitServed();
        assertThat(drain().failure()).isEmpty();
        assertThat(events("driver.drained").getFirst().data()).containsEntry("devices", "2");
        assertThat(drainNote(client)).isEqualTo("done");
        assertThat(node("/local/domain/" + driver + "/backend/vbd/" + client + "/51712"))
                .isEqualTo("(none)");
        assertThat(node("/local/domain/" + client + "/device/vbd/51712/state")).isEqualTo("4");
        assertThat(drain().failure()).as("once more").isEmpty();
        assertThat(restart(false).failure()).isEmpty();
        awaitServed();
        assertThat(drainNote(client)).isEqualTo("(none)");
    }

    @Test
    void drainTakenBack_itsClientGoesOnWithItsRings() {
        for (String program : List.of("devd", "udev", "jxl")) {
            DomainId driver = driverWith(program, "");
            DomainId client = clientWith("");
            awaitServed();
            String ring = node("/local/domain/" + client + "/device/vbd/51712/ring-ref");
            assertThatThrownBy(() -> daemon.toolstack().drivers().undrain("driver"))
                    .isInstanceOf(ToolstackException.WrongState.class)
                    .hasMessageContaining("is not drained");
            assertThat(drain().failure()).isEmpty();
            assertThat(daemon.end(daemon.toolstack().drivers().undrain("driver"))
                            .failure())
                    .isEmpty();
            awaitServed();
            assertThat(node("/local/domain/" + client + "/device/vbd/51712/ring-ref"))
                    .isEqualTo(ring);
            assertThat(drainNote(client)).isEqualTo("(none)");
            assertThat(daemon.find("driver").orElseThrow().domid()).isEqualTo(driver.value());
            daemon.act("client", new DomainAction.Destroy());
            daemon.act("driver", new DomainAction.Destroy());
        }
        assertThat(events("driver.undrained")).hasSize(3);
    }

    @Test
    void drainTakenBack_whatIsToBeForgottenIsForTheDriverDomainAlone() {
        DomainId driver = driverWith("devd", "");
        DomainId client = clientWith("");
        awaitServed();
        String disk = "/local/domain/" + driver + "/backend/vbd/" + client + "/51712";
        write(disk + "/node", "/dev/loop7");
        assertThat(drain().failure()).isEmpty();
        daemon.world().driver(driver).orElseThrow().hang();
        OperationView undrain = daemon.toolstack().drivers().undrain("driver");
        SimulatedDaemon.soon().until(() -> node(disk + "/state").equals("6"));
        assertThat(node(disk + "/online")).isEqualTo("0");
        assertThat(node(disk + "/params")).isEqualTo("/dev/vg/client");
        assertThat(node(disk + "/node")).as("or its loop device is left").isEqualTo("/dev/loop7");
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            assertThat(dom0.permissions(disk + "/state"))
                    .as("a guest that reads it closes its disk")
                    .containsExactly(Permission.owner(driver.value()));
        }
        daemon.toolstack().cancel(undrain.id());
        assertThat(daemon.end(undrain).status()).isEqualTo(Status.CANCELLED);
        assertThat(node("/local/domain/" + client + "/device/vbd/51712/state")).isEqualTo("4");
        assertThat(drain().failure()).as("it is drained still").isEmpty();
        assertThat(restart(false).failure()).isEmpty();
        awaitServed();
        assertThat(drainNote(client)).isEqualTo("(none)");
        assertThat(node("/libxl/" + client + "/device/vbd/51712/jxl-drained-loop"))
                .isEqualTo("(none)");
        assertThat(events("driver.disk-lost")).isEmpty();
    }

    @Test
    void aLoopDeviceThatIsNone_isNotRemembered() {
        DomainId driver = driverWith("devd", "");
        DomainId client = clientWith("");
        awaitServed();
        write("/local/domain/" + driver + "/backend/vbd/" + client + "/51712/node", "/dev/loop7/../../etc/passwd");
        assertThat(drain().failure()).isEmpty();
        assertThat(node("/libxl/" + client + "/device/vbd/51712/jxl-drained-loop"))
                .isEqualTo("(none)");
    }

    @Test
    void drainedAndCrashed_nothingIsLost() {
        DomainId driver = driverWith("devd", "driver_restart = 1");
        DomainId client = clientWith("");
        awaitServed();
        assertThat(drain().failure()).isEmpty();
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        awaitEvent("driver.recovered");
        awaitServed();
        assertThat(events("driver.disk-lost")).isEmpty();
        assertThat(drainNote(client)).isEqualTo("(none)");
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        awaitEvent("driver.disk-lost");
    }

    @Test
    void jxlsOwn_isDrainedToo() {
        driverWith("jxl", "");
        DomainId client = clientWith("");
        awaitServed();
        assertThat(drain().failure()).isEmpty();
        assertThat(drainNote(client)).isEqualTo("done");
        daemon.act("client", new DomainAction.Destroy());
        assertThat(daemon.find("client")).isEmpty();
        assertThat(restart(false).failure()).isEmpty();
    }

    @Test
    void oneThatHasEnded_cannotBeDrained() {
        DomainId driver = driverWith("devd", "");
        clientWith("");
        awaitServed();
        daemon.world().driver(driver).orElseThrow().hang();
        daemon.host().hypervisor().destroy(driver);
        assertThatThrownBy(() -> daemon.toolstack().drivers().drain("driver")).isInstanceOf(ToolstackException.class);
    }
}
