package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DriverDomainView;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimSettings;
import dev.jxl.xld.model.RestartPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A driver domain with a network card of the host: the card is fenced when it fails, and its again when it is made again. */
@Timeout(120)
class PciDriverDomainOnSimTest extends PciCards {
    @Override
    SimSettings settings() {
        return SimSettings.standard().withHurry(10);
    }

    @Override
    RestartPolicy policy() {
        return new RestartPolicy(Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMillis(50), 3);
    }

    private DomainId driverWith(String device) {
        assertThat(daemon.create(OneDriverDomain.driver("jxl", "driver_restart = 1\npci = [ \"" + device + "\" ]"))
                        .failure())
                .isEmpty();
        daemon.awaitReady("driver");
        assertThat(daemon.create(OneDriverDomain.client("")).failure()).isEmpty();
        daemon.awaitReady("client");
        awaitServed();
        return new DomainId(daemon.find("driver").orElseThrow().domid());
    }

    private DriverDomainView driver() {
        return daemon.toolstack().drivers().require("driver");
    }

    private void awaitServed() {
        SimulatedDaemon.soon()
                .until(() -> driver().devices().stream().allMatch(d -> d.state() == 4 && d.backendState() == 4));
    }

    private void awaitRecovered(long times) {
        SimulatedDaemon.soon().until(() -> {
            daemon.nudge();
            return driver().tally().recoveries() == times;
        });
        awaitServed();
    }

    private void assertHas(DomainId driver) {
        assertThat(daemon.world().pci().owners()).containsExactly(CARD + " " + driver, CARD + " permitted " + driver);
        assertThat(note("domid")).hasValue(driver.toString());
        assertThat(node("/local/domain/0/backend/pci/" + driver + "/0/dev-0")).isEqualTo(CARD);
        assertThat(node("/local/domain/0/backend/pci/" + driver + "/0/num_devs"))
                .isEqualTo("1");
    }

    @Test
    void crashed_itsCardIsFencedBeforeItGoes_andItsAgainUnderTheSameNumber() {
        keep(CARD, Optional.empty());
        DomainId driver = driverWith(CARD);
        assertHas(driver);
        AtomicReference<Optional<DomainFacts>> atFence = new AtomicReference<>(Optional.empty());
        daemon.world()
                .faults()
                .atNext(
                        "pciDevices.deassign " + driver,
                        Moment.BEFORE,
                        SimFaults.meanwhile(() -> atFence.set(daemon.world().domains().stream()
                                .filter(f -> f.id().equals(driver))
                                .findFirst())));
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        awaitRecovered(1);
        assertThat(daemon.find("driver").orElseThrow().domid()).isEqualTo(driver.value());
        assertHas(driver);
        DomainFacts.Flags fenced = atFence.get().orElseThrow().flags();
        assertThat(fenced.paused()).isTrue();
        assertThat(fenced.dying()).isFalse();
    }

    @Test
    void seizedAndVanished_theCardIsItsAgain_andIsKeptAtItsEnd() {
        DomainId driver = driverWith(CARD + ",seize=1");
        assertHas(driver);
        daemon.host().hypervisor().destroy(driver);
        awaitRecovered(1);
        assertHas(driver);
        assertThat(daemon.act("driver", new DomainAction.Destroy()).failure()).isEmpty();
        assertThat(daemon.world().pci().owners()).containsExactly(CARD + " quarantine");
        assertThat(device(CARD).assignable()).isTrue();
        assertThat(note("domid")).isEmpty();
    }

    @Test
    void restarted_theCardIsInQuarantineBetweenTheTwoLives() {
        keep(CARD, Optional.empty());
        DomainId driver = driverWith(CARD);
        daemon.world()
                .faults()
                .atNext(
                        "pciDevices.assign " + driver,
                        Moment.BEFORE,
                        SimFaults.meanwhile(
                                () -> assertThat(daemon.world().pci().owners()).contains(CARD + " quarantine")));
        assertThat(daemon.end(daemon.toolstack().drivers().restart("driver", false))
                        .failure())
                .isEmpty();
        assertHas(driver);
    }
}
