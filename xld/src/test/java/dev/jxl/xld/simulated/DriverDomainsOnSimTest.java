package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.DriverDomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.BackendBehaviour;
import dev.jxl.xld.host.sim.GuestBehaviour;
import dev.jxl.xld.host.sim.SimSettings;
import dev.jxl.xld.model.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Driver domains and their clients: what is served, what becomes of the clients when one fails, and what a user is told. */
@Timeout(120)
class DriverDomainsOnSimTest extends OneSimulatedHost {
    private static final RestartPolicy QUICK =
            new RestartPolicy(Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMillis(50), 3);

    @Override
    SimSettings settings() {
        return SimSettings.standard().withHurry(10);
    }

    @Override
    RestartPolicy policy() {
        return QUICK;
    }

    static String driver(String program, String more) {
        return """
            name = "driver"
            type = "pv"
            kernel = "/sim/vmlinuz"
            extra = "driver=%s"
            memory = 128
            driver_domain = 1
            %s
            """.formatted(program, more);
    }

    static String client(String more) {
        return """
            name = "client"
            type = "pvh"
            kernel = "/sim/vmlinuz"
            memory = 128
            disk = [ "format=raw, vdev=xvda, access=rw, backend=driver, target=/dev/vg/client" ]
            vif = [ "backend=driver, mac=00:16:3e:00:00:01" ]
            %s
            """.formatted(more);
    }

    private DomainId driverWith(String program, String more) {
        assertThat(daemon.create(driver(program, more)).failure()).isEmpty();
        daemon.awaitReady("driver");
        return new DomainId(daemon.find("driver").orElseThrow().domid());
    }

    private DomainId clientWith(String more) {
        assertThat(daemon.create(client(more)).failure()).isEmpty();
        daemon.awaitReady("client");
        return new DomainId(daemon.find("client").orElseThrow().domid());
    }

    private List<DomainEvent> events(String type) {
        List<DomainEvent> found = new ArrayList<>();
        try (EventSubscription all = daemon.toolstack().events(0)) {
            for (Optional<DomainEvent> e = all.next(Duration.ZERO); e.isPresent(); e = all.next(Duration.ZERO)) {
                e.filter(event -> event.type().equals(type)).ifPresent(found::add);
            }
        }
        return found;
    }

    private DomainEvent awaitEvent(String type) {
        SimulatedDaemon.soon(type).until(() -> {
            daemon.nudge();
            return !events(type).isEmpty();
        });
        return events(type).getFirst();
    }

    private void awaitServed() {
        SimulatedDaemon.soon()
                .until(() -> daemon.toolstack().drivers().require("driver").devices().stream()
                        .allMatch(d -> d.state() == 4 && d.backendState() == 4));
    }

    private String node(String path) {
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            return dom0.find(path).orElse("(none)");
        }
    }

    @Test
    void aDiskAndACard_areServedByTheDriverDomainAndNotByDom0() {
        DomainId driver = driverWith("jxl", "");
        DomainId client = clientWith("");
        awaitServed();
        String disk = "/local/domain/" + driver + "/backend/vbd/" + client + "/51712";
        assertThat(node(disk + "/params")).isEqualTo("/dev/vg/client");
        assertThat(node(disk + "/type")).isEqualTo("phy");
        assertThat(node(disk + "/mode")).isEqualTo("w");
        assertThat(node("/local/domain/" + client + "/device/vbd/51712/backend-id"))
                .isEqualTo(driver.toString());
        assertThat(node("/local/domain/" + driver + "/backend/vif/" + client + "/0/bridge"))
                .isEqualTo("(none)");
        assertThat(daemon.world().leftovers().toString()).contains("loops=[], interfaces=[]");
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            assertThat(dom0.permissions(disk))
                    .containsExactly(Permission.owner(driver.value()), Permission.read(client.value()));
        }
    }

    @Test
    void aDiskThatIsNotThere_isToldInTheDriverDomainsWords() {
        driverWith("jxl", "");
        OperationView last = daemon.create(client("").replace("/dev/vg/client", "/dev/vg/missing"));
        assertThat(last.status()).isEqualTo(Status.FAILED);
        assertThat(last.failure().orElseThrow().message())
                .contains("there is no /dev/vg/missing here")
                .doesNotContain("\u001b")
                .hasSizeLessThan(600);
        assertThat(daemon.find("client")).isEmpty();
    }

    @Test
    void plugged_thenUnplugged_nothingIsLeft() {
        DomainId driver = driverWith("jxl", "");
        DomainId client = clientWith("");
        awaitServed();
        assertThat(daemon.end(daemon.toolstack()
                                .attach(
                                        "client",
                                        HotplugOnSimTest.disk(
                                                "format=raw,vdev=xvdb,access=rw,backend=driver,target=/dev/vg/b")))
                        .failure())
                .isEmpty();
        awaitServed();
        assertThat(daemon.end(daemon.toolstack().detach("client", DeviceKind.DISK, "xvdb", false))
                        .failure())
                .isEmpty();
        assertThat(node("/local/domain/" + driver + "/backend/vbd/" + client + "/51728"))
                .isEqualTo("(none)");
    }

    @Test
    void crashed_itIsMadeAgainUnderItsNumberAndTheClientGoesOnWithItsRings() {
        DomainId driver = driverWith("jxl", "driver_restart = 1");
        DomainId client = clientWith("");
        awaitServed();
        String ring = node("/local/domain/" + client + "/device/vbd/51712/ring-ref");
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        DomainEvent back = awaitEvent("driver.recovered");
        assertThat(back.domid()).isEqualTo(driver.value());
        assertThat(back.data())
                .containsKeys("fenced", "gone", "rebuilt", "ready", "connected", "moving", "outage", "detected");
        assertThat(events("driver.failed").getFirst().data().get("devices")).contains("disk 51712 of domain " + client);
        DomainView now = daemon.find("driver").orElseThrow();
        assertThat(now.domid()).isEqualTo(driver.value());
        assertThat(now.state()).isEqualTo("running");
        assertThat(daemon.find("client").orElseThrow().state()).isEqualTo("running");
        assertThat(node("/local/domain/" + client + "/device/vbd/51712/ring-ref"))
                .isEqualTo(ring);
        assertThat(node("/local/domain/" + client + "/device/vbd/51712/state")).isEqualTo("4");
        awaitServed();
        DriverDomainView view = daemon.toolstack().drivers().require("driver");
        assertThat(view.lastOutage().orElseThrow().reached()).containsKey("moving");
        assertThat(view.devices()).hasSize(2).allMatch(DriverDomainView.ServedDevice::exact);
        assertThat(view.ready()).isTrue();
        assertThat(view.tally().stops()).isEqualTo(1);
        assertThat(view.tally().recoveries()).isEqualTo(1);
        assertThat(view.tally().outageSeconds())
                .isCloseTo(view.lastOutage().orElseThrow().seconds(), within(0.5));
    }

    @Test
    void vanished_itIsMadeAgain() {
        DomainId driver = driverWith("jxl", "driver_restart = 1");
        clientWith("");
        awaitServed();
        daemon.host().hypervisor().destroy(driver);
        assertThat(awaitEvent("driver.recovered").domid()).isEqualTo(driver.value());
        awaitServed();
    }

    @Test
    void aHeartThatStandsStill_isACrash() {
        DomainId driver = driverWith("jxl", "driver_heartbeat = 1");
        clientWith("");
        awaitServed();
        SimulatedDaemon.soon()
                .until(() -> daemon.toolstack()
                        .drivers()
                        .require("driver")
                        .heartbeatAgeMillis()
                        .isPresent());
        daemon.world().driver(driver).orElseThrow().hang();
        DomainEvent back = awaitEvent("driver.recovered");
        assertThat(back.data().get("why")).contains("hangs").contains("heartbeat");
        awaitServed();
    }

    @Test
    void withAKernelsBackend_theDiskIsNotTakenOverAndItsClientIsPaused() {
        DomainId driver = driverWith("devd", "driver_restart = 1");
        DomainId client = clientWith("");
        awaitServed();
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        DomainEvent lost = awaitEvent("driver.disk-lost");
        assertThat(lost.domid()).isEqualTo(client.value());
        assertThat(lost.data()).containsEntry("policy", "pause").containsEntry("driver", "driver");
        awaitEvent("driver.recovered");
        assertThat(daemon.find("client").orElseThrow().state()).isEqualTo("paused");
        assertThat(node("/local/domain/" + driver + "/backend/vbd/" + client + "/51712/state"))
                .isEqualTo("(none)");
        assertThat(node("/local/domain/" + driver + "/backend/vif/" + client + "/0/frontend"))
                .isEqualTo("/local/domain/" + client + "/device/vif/0");
    }

    private OperationView restart(boolean force) {
        return daemon.end(daemon.toolstack().drivers().restart("driver", force));
    }

    private OperationView drain() {
        return daemon.end(daemon.toolstack().drivers().drain("driver"));
    }

    private String drainNote(DomainId client) {
        return node("/libxl/" + client + "/device/vbd/51712/jxl-drained");
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
        for (String program : List.of("devd", "jxl")) {
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
        assertThat(events("driver.undrained")).hasSize(2);
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

    @Test
    void ordered_itComesBackUnderItsNumber() {
        DomainId driver = driverWith("jxl", "");
        clientWith("");
        awaitServed();
        assertThat(daemon.end(daemon.toolstack().drivers().restart("driver", false))
                        .failure())
                .isEmpty();
        assertThat(daemon.find("driver").orElseThrow().domid()).isEqualTo(driver.value());
        awaitServed();
        assertThat(daemon.toolstack().drivers().list()).hasSize(1);
    }

    @Test
    void itCrashesAgainAndAgain_itIsGivenUpAndSaid() {
        DomainId driver = driverWith("jxl", "driver_attempts = 2");
        clientWith("");
        awaitServed();
        DomainUuid uuid = DomainUuid.parse(daemon.find("driver").orElseThrow().uuid());
        daemon.world().behave(uuid, GuestBehaviour.WELL_BEHAVED.withBoot(GuestBehaviour.Boot.CRASHES));
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        SimulatedDaemon.soon().until(() -> {
            daemon.nudge();
            return events("driver.degraded").stream().anyMatch(e -> e.data().containsKey("givenUp"));
        });
        assertThat(daemon.find("client").orElseThrow().state()).isEqualTo("running");
        daemon.world().behave(uuid, GuestBehaviour.WELL_BEHAVED);
        daemon.awaitQuiet();
        assertThat(daemon.end(daemon.toolstack().drivers().restart("driver", false))
                        .failure())
                .isEmpty();
        awaitServed();
    }

    @Test
    void connectedAndStuck_isNoSuccess() {
        driverWith("jxl-stuck", "");
        clientWith("");
        awaitServed();
        OperationView last = daemon.end(daemon.toolstack().drivers().restart("driver", false));
        assertThat(last.status()).isEqualTo(Status.FAILED);
        assertThat(last.failure().orElseThrow().message()).contains("do not move");
        assertThat(events("driver.degraded")).isNotEmpty();
    }

    @Test
    void destroyedByAUser_itStaysAway() {
        driverWith("jxl", "driver_restart = 1");
        clientWith("");
        awaitServed();
        daemon.act("driver", new DomainAction.Destroy());
        daemon.nudge();
        daemon.awaitQuiet();
        assertThat(daemon.find("driver")).isEmpty();
        assertThat(daemon.toolstack().drivers().list()).isEmpty();
        daemon.act("client", new DomainAction.Destroy());
        assertThat(daemon.world().leftovers().nodes()).isEmpty();
    }
}
