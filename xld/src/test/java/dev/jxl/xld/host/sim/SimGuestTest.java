package dev.jxl.xld.host.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.GuestType;
import dev.jxl.xenstore.Watch;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.BlockAttach;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of simulated guests: what a toolstack sees of them. */
@Timeout(60)
class SimGuestTest {
    private final SimHost host = SimHost.create(SimSettings.standard());
    private final SimWorld world = host.world();

    @AfterEach
    void switchOff() {
        world.close();
    }

    private HandMadeGuest guest(String commandLine) {
        return HandMadeGuest.built(host, HandMadeGuest.spec("g", GuestType.PVH, 256, commandLine));
    }

    private DomainFacts facts(HandMadeGuest guest) {
        return host.hypervisor().find(guest.id).orElseThrow();
    }

    private void awaitConsole(HandMadeGuest guest, String text) {
        await().atMost(HandMadeGuest.SOON)
                .untilAsserted(() -> assertThat(world.consoleText(guest.id)).contains(text));
    }

    @Test
    void guestWithDiskAndNic_connectsBothAndIsReady() {
        HandMadeGuest guest = guest("root=/dev/xvda");
        BlockAttach.Attached disk = guest.addDisk("/sim/root.img");
        guest.addNic("xenbr0");
        guest.unpause();

        guest.awaitState(guest.backend("vbd", 51712), "4");
        guest.awaitState(guest.frontend("vbd", 51712), "4");
        guest.awaitState(guest.backend("vif", 0), "4");
        awaitConsole(guest, "GUEST-READY");
        assertThat(host.store().find(guest.home + "/control/feature-poweroff")).contains("1");
        assertThat(host.store().find(guest.backend("vbd", 51712) + "/sectors")).contains("131072");
        assertThat(disk.loop()).isTrue();
        assertThat(world.leftovers().interfaces()).containsExactly("vif" + guest.id + ".0 on xenbr0, mtu 1500");
        assertThat(facts(guest).onlineVcpus()).isEqualTo(2);
    }

    @Test
    void nicBeforeHotplugIsDone_backendWaits() {
        HandMadeGuest guest = guest("");
        guest.addDevice("vif", 0);
        guest.unpause();

        guest.awaitState(guest.frontend("vif", 0), "4");

        assertThat(host.store().require(guest.backend("vif", 0) + "/state")).isEqualTo("2");
        host.store().write(guest.backend("vif", 0) + "/hotplug-status", "connected");
        guest.awaitState(guest.backend("vif", 0), "4");
    }

    @Test
    void diskWithNumbersOfNoDevice_backendClosesAndSaysWhy() {
        HandMadeGuest guest = guest("");
        guest.addDevice("vbd", 51712);
        host.store().write(guest.backend("vbd", 51712) + "/physical-device", "7:5");

        guest.awaitState(guest.backend("vbd", 51712), "5");
        assertThat(host.store().list("/local/domain/0/error/backend/vbd")).containsExactly(guest.id.toString());
    }

    @Test
    void pausedGuest_doesNothing() {
        HandMadeGuest guest = guest("");
        guest.addDevice("vif", 0);
        guest.awaitState(guest.backend("vif", 0), "2");

        assertThat(host.store().require(guest.frontend("vif", 0) + "/state")).isEqualTo("1");
        assertThat(facts(guest).flags().paused()).isTrue();
        assertThat(world.consoleText(guest.id)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"poweroff, POWEROFF", "halt, POWEROFF", "reboot, REBOOT", "suspend, SUSPEND"})
    void guestIsAskedToStop_acknowledgesAndStops(String word, ShutdownReason reason) {
        HandMadeGuest guest = guest("");
        guest.unpause();
        awaitConsole(guest, "GUEST-READY");
        try (Watch watch = host.store().watch("@releaseDomain")) {
            watch.next(HandMadeGuest.SOON);
            host.store().write(guest.home + "/control/shutdown", word);
            assertThat(watch.next(HandMadeGuest.SOON)).isPresent();
        }
        assertThat(facts(guest).flags().shutdown()).isTrue();
        assertThat(facts(guest).shutdownReason()).contains(reason);
        assertThat(host.store().find(guest.home + "/control/shutdown")).contains("");
    }

    @ParameterizedTest
    @CsvSource({"crash, CRASH", "poweroff, POWEROFF", "reboot, REBOOT", "watchdog, WATCHDOG"})
    void commandLineAsksForAnEnd_bootEndsSo(String word, ShutdownReason reason) {
        HandMadeGuest guest = guest("quiet sim=" + word);
        guest.unpause();

        await().atMost(HandMadeGuest.SOON)
                .untilAsserted(() -> assertThat(facts(guest).shutdownReason()).contains(reason));
    }

    @Test
    void deafGuest_staysAsItIs() {
        HandMadeGuest guest = guest("sim=ignore-shutdown");
        guest.unpause();
        awaitConsole(guest, "GUEST-READY");
        host.store().write(guest.home + "/control/shutdown", "poweroff");

        Optional<String> acknowledged = host.store()
                .await(
                        guest.home + "/control/shutdown",
                        Duration.ofMillis(300),
                        view -> view.find(guest.home + "/control/shutdown").filter(String::isEmpty));
        assertThat(acknowledged).isEmpty();
        assertThat(facts(guest).flags().shutdown()).isFalse();
    }

    @Test
    void consoleRing_getsATerminal() {
        HandMadeGuest guest = guest("");

        guest.awaitValue(guest.home + "/console/tty", SimConsoled.terminal(guest.id));
    }

    @Test
    void deadConsoled_givesNoTerminalUntilItIsBack() {
        world.setConsoledAlive(false);
        HandMadeGuest guest = guest("");
        guest.unpause();
        awaitConsole(guest, "GUEST-READY");
        assertThat(host.store().find(guest.home + "/console/tty")).contains("");

        world.setConsoledAlive(true);
        guest.awaitValue(guest.home + "/console/tty", SimConsoled.terminal(guest.id));
    }

    @Test
    void ringOfAnotherFrame_isNotIntroduced() {
        HandMadeGuest guest = HandMadeGuest.shell(host, HandMadeGuest.spec("g", GuestType.PVH, 64, ""));

        assertThatThrownBy(() -> host.store().introduce(guest.id.value(), 17, 1))
                .hasMessageContaining("EINVAL");
    }

    @Test
    void hostileGuest_cannotWriteWhatIsNotItsOwn() {
        HandMadeGuest guest = guest("sim=hostile");
        guest.addDevice("vif", 0);
        host.store().write(guest.backend("vif", 0) + "/hotplug-status", "connected");
        host.store().write(guest.home + "/name", "g");
        guest.unpause();
        awaitConsole(guest, "GUEST-READY");

        assertThat(host.store().find(guest.home + "/name")).contains("g");
        assertThat(host.store().find("/local/domain/0/name")).contains("Domain-0");
        assertThat(host.store().require(guest.frontend("vif", 0) + "/state")).hasSize(2000);
    }

    @Test
    void pausedTwice_needsTwoUnpauses() {
        HandMadeGuest guest = guest("");
        guest.unpause();
        host.hypervisor().pause(guest.id);
        host.hypervisor().pause(guest.id);
        guest.unpause();
        assertThat(facts(guest).flags().paused()).isTrue();
        guest.unpause();
        assertThat(facts(guest).flags().paused()).isFalse();
        assertThatThrownBy(guest::unpause)
                .isInstanceOf(ToolstackException.HypercallRefused.class)
                .hasMessageContaining("EINVAL");
    }

    @Test
    void runningGuest_usesCpuTimeByTheClock() {
        AtomicLong clock = new AtomicLong();
        SimHost timed = SimHost.create(SimSettings.standard().withClock(clock::get));
        HandMadeGuest guest = HandMadeGuest.built(timed, HandMadeGuest.spec("g", GuestType.PV, 64, "sim=hang"));
        clock.addAndGet(1_000_000_000L);
        assertThat(timed.hypervisor().find(guest.id).orElseThrow().cpuTimeNanos())
                .isZero();
        guest.unpause();
        clock.addAndGet(1_000_000_000L);
        assertThat(timed.hypervisor().find(guest.id).orElseThrow().cpuTimeNanos())
                .isEqualTo(5_000_000L);
        timed.world().close();
    }

    @Test
    void memoryThatIsNotThere_isRefusedWhenItIsClaimed() {
        HandMadeGuest guest = HandMadeGuest.shell(host, HandMadeGuest.spec("g", GuestType.PVH, 15 * 1024, ""));

        assertThatThrownBy(guest::build)
                .isInstanceOf(ToolstackException.HypercallRefused.class)
                .hasMessageContaining("ENOMEM");
        assertThat(host.hypervisor().memory().outstandingKib()).isZero();
    }

    @Test
    void destroyedGuest_leavesNothing() {
        SimLeftovers before = world.leftovers();
        HandMadeGuest guest = guest("");
        BlockAttach.Attached disk = guest.addDisk("/sim/root.img");
        disk.keep();
        guest.addNic("xenbr0");
        guest.unpause();
        awaitConsole(guest, "GUEST-READY");
        guest.forceDevice("vbd", 51712);
        guest.forceDevice("vif", 0);
        host.blockAttach().release(guest.uuid, "xvda", Set.of());
        host.hypervisor().destroy(guest.id);
        host.store().remove(guest.home);
        host.store().remove("/local/domain/0/backend/vbd/" + guest.id);
        host.store().remove("/local/domain/0/backend/vif/" + guest.id);

        assertThat(world.leftovers()).isEqualTo(before);
    }

    @Test
    void destroyWhileABackendMapsItsPages_isAZombieUntilItLetsGo() {
        HandMadeGuest guest = guest("");
        guest.addDisk("/sim/root.img");
        guest.unpause();
        awaitConsole(guest, "GUEST-READY");
        guest.awaitState(guest.backend("vbd", 51712), "4");

        host.hypervisor().destroy(guest.id);
        assertThat(facts(guest).flags().dying()).isTrue();

        guest.forceDevice("vbd", 51712);
        await().untilAsserted(() -> assertThat(host.hypervisor().find(guest.id)).isEmpty());
    }

    @Test
    void stuckBackends_stayWhereTheyAre() {
        world.behave("vif", BackendBehaviour.ABSENT);
        world.behave("vbd", BackendBehaviour.NEVER_CONNECTS);
        HandMadeGuest guest = guest("");
        guest.addDevice("vif", 0);
        guest.addDisk("/sim/root.img");
        guest.unpause();

        guest.awaitState(guest.frontend("vbd", 51712), "3");
        assertThat(host.store().find(guest.backend("vbd", 51712) + "/state")).contains("2");
        assertThat(host.store().find(guest.backend("vif", 0) + "/state")).contains("1");
    }

    @Test
    void bridgeThatIsNotThere_isNamed() {
        SimHost bare = SimHost.create(SimSettings.standard().withBridges(Map.of()));
        HandMadeGuest guest = HandMadeGuest.built(bare, HandMadeGuest.spec("g", GuestType.PV, 64, ""));

        assertThat(bare.netAttach().findBridgeMtu("xenbr0")).isEmpty();
        assertThatThrownBy(() -> guest.addNic("xenbr0"))
                .isInstanceOf(ToolstackException.DeviceFailed.class)
                .hasMessageContaining("xenbr0");
        bare.world().close();
    }
}
