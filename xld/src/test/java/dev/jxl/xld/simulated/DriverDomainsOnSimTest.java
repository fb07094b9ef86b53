package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
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
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.GuestBehaviour;
import dev.jxl.xld.host.sim.SimFaults;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Driver domains and their clients: what is served, what becomes of the clients when one fails, and what a user is told. */
@Timeout(120)
class DriverDomainsOnSimTest extends OneDriverDomain {
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
    void unpluggedFromXlDevd_andPluggedAgain_itIsServed() {
        driverWith("devd", "");
        clientWith("");
        awaitServed();
        for (int round = 0; round < 5; round++) {
            assertThat(daemon.end(daemon.toolstack()
                                    .attach(
                                            "client",
                                            HotplugOnSimTest.disk(
                                                    "format=raw,vdev=xvdb,access=rw,backend=driver,target=/dev/vg/b")))
                            .failure())
                    .isEmpty();
            assertThat(daemon.end(daemon.toolstack().detach("client", DeviceKind.DISK, "xvdb", false))
                            .failure())
                    .isEmpty();
        }
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
    void aFrontendFullOfTheGuestsOwnNodes_takesNoRightsFromItsOtherDevice() {
        DomainId driver = driverWith("jxl", "driver_restart = 1");
        DomainId client = clientWith("");
        awaitServed();
        String devices = "/local/domain/" + client + "/device";
        String ofCard = devices + "/vif/0/state";
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            for (int i = 0; i < 400; i++) {
                dom0.write(devices + "/vbd/51712/odd@" + i + "/below", "");
                dom0.write(devices + "/vbd/51712/plain" + i + "/below", "");
            }
            dom0.setPermissions(ofCard, List.of(Permission.owner(client.value())));
            daemon.world().stopGuest(driver, ShutdownReason.CRASH);
            assertThat(awaitEvent("driver.recovered").domid()).isEqualTo(driver.value());
            assertThat(dom0.permissions(ofCard))
                    .containsExactly(Permission.owner(client.value()), Permission.read(driver.value()));
        }
    }

    @Test
    void madeAgain_itsDiskKeepsItsLoopDevice_whichGoesWithIt() {
        DomainId driver = driverWith(
                "jxl", "driver_restart = 1\ndisk = [ \"format=raw, vdev=xvda, access=rw, target=/sim/driver.img\" ]");
        clientWith("");
        awaitServed();
        List<String> loops = daemon.world().leftovers().loops();
        assertThat(loops).hasSize(1);
        daemon.world().faults().reset();
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        awaitEvent("driver.recovered");
        awaitServed();
        assertThat(daemon.world().leftovers().loops()).isEqualTo(loops);
        assertThat(daemon.world().faults().calls().stream().map(SimFaults.Call::name))
                .containsSubsequence("blockAttach.attach xvda", "blockAttach.releaseAll")
                .doesNotContainSubsequence("blockAttach.releaseAll", "blockAttach.attach xvda");
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
