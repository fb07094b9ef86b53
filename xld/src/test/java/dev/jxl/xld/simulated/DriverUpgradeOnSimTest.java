package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException.InvalidRequest;
import dev.jxl.xld.api.ToolstackException.WrongState;
import dev.jxl.xld.host.sim.SimSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program in a driver domain that lives is changed for another one. */
@Timeout(120)
class DriverUpgradeOnSimTest extends OneSimulatedHost {
    @Override
    SimSettings settings() {
        return SimSettings.standard().withHurry(10);
    }

    private DomainId driverAndClient(String program) {
        assertThat(daemon.create(OneDriverDomain.driver(program, "")).failure()).isEmpty();
        daemon.awaitReady("driver");
        assertThat(daemon.create(OneDriverDomain.client("")).failure()).isEmpty();
        daemon.awaitReady("client");
        SimulatedDaemon.soon()
                .until(() -> drivers().require("driver").devices().stream()
                        .allMatch(d -> d.state() == 4 && d.backendState() == 4));
        SimulatedDaemon.soon()
                .until(() ->
                        program.equals("devd") || drivers().require("driver").ready());
        return new DomainId(drivers().require("driver").domid());
    }

    private DriverDomains drivers() {
        return daemon.toolstack().drivers();
    }

    private OperationView upgrade(String version) {
        return daemon.end(drivers().upgrade("driver", Optional.of(Path.of("/sim/jxl-backend/" + version))));
    }

    private void requireVersion(DomainId driver, String version) {
        SimulatedDaemon.soon().until(() -> drivers().require("driver").version().equals(Optional.of(version)));
        assertThat(drivers().require("driver").domid()).isEqualTo(driver.value());
        assertThat(drivers().require("driver").tally().stops()).isZero();
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            assertThat(dom0.list("/local/domain/" + driver)).doesNotContain("jxl-upgrade");
        }
    }

    @Test
    void aNewerProgram_takesItsPlaceWithoutARestart() {
        DomainId driver = driverAndClient("jxl");
        assertThat(upgrade("newer").failure()).isEmpty();
        requireVersion(driver, "newer");
        assertThat(upgrade("newest").failure()).isEmpty();
        requireVersion(driver, "newest");
    }

    @Test
    void oneThatEndsAtOnce_isTakenBackAndItsWordsAreTold() {
        DomainId driver = driverAndClient("jxl");
        assertThat(upgrade("dies").failure().orElseThrow().message())
                .contains("upgrading its program to jxl-backend dies failed")
                .contains("it ended with status 139; jxl-backend simulated serves its clients");
        requireVersion(driver, "simulated");
    }

    @Test
    void oneThatComesUpAndServesNobody_isTakenBack() {
        DomainId driver = driverAndClient("jxl");
        assertThat(upgrade("stuck").failure().orElseThrow().message())
                .contains("do not move: disk 51712 of domain")
                .contains("; jxl-backend simulated serves its clients");
        requireVersion(driver, "simulated");
    }

    @Test
    void oneThatBeatsAndTakesNoRingUp_isTakenBackThoughTheStatesAreThoseOfTheOneBefore() {
        DomainId driver = driverAndClient("jxl");
        assertThat(upgrade("deaf").failure().orElseThrow().message())
                .contains("do not move: disk 51712 of domain")
                .contains("; jxl-backend simulated serves its clients");
        requireVersion(driver, "simulated");
    }

    @Test
    void whatIsNoProgram_orOfAnotherProtocol_isRefusedBeforeAnythingIsDone() {
        driverAndClient("jxl");
        for (String version : List.of("junk", "protocol1", "missing")) {
            assertThatThrownBy(() -> upgrade(version))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("'/sim/jxl-backend/" + version + "' is no program for a driver domain: ");
        }
        assertThatThrownBy(() -> drivers().upgrade("driver", Optional.of(Path.of("jxl-backend"))))
                .hasMessageContaining("whole path");
    }

    @Test
    void aKernelsBackends_haveNoProgramToChange() {
        driverAndClient("devd");
        assertThatThrownBy(() -> upgrade("newer"))
                .isInstanceOf(WrongState.class)
                .hasMessageContaining("has no jxl-backend that runs");
    }

    @Test
    void theFolder_isDom0sAlone() {
        DomainId driver = driverAndClient("jxl");
        daemon.world().driver(driver).orElseThrow().hang();
        OperationView begun = drivers().upgrade("driver", Optional.of(Path.of("/sim/jxl-backend/newer")));
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            String program = "/local/domain/" + driver + "/jxl-upgrade/program";
            SimulatedDaemon.soon().until(() -> dom0.find(program).isPresent());
            assertThat(dom0.permissions(program)).containsExactly(Permission.owner(0), Permission.read(driver.value()));
        }
        assertThat(daemon.end(begun).failure().orElseThrow().message())
                .contains("its program has not answered for 60 s; jxl-backend simulated serves its clients");
    }
}
