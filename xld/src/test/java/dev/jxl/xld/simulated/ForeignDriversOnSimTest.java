package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.DriverDomainView;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Driver domains and clients that xl made, beside jxld. */
@Timeout(120)
class ForeignDriversOnSimTest extends OneSimulatedHost {
    private static final long MONITOR = 4711;

    private SimulatedDaemon xl;

    @Override
    SimSettings settings() {
        return SimSettings.standard().withHurry(10);
    }

    @BeforeEach
    void startXl() throws IOException {
        xl = new SimulatedDaemon(
                Files.createTempDirectory(folder, "xl"), daemon.host().beside());
    }

    @AfterEach
    void stopXl() {
        xl.host().kill();
        daemon.host().kill();
        xl.close();
    }

    /** A driver domain with a kernel's backends and its client, whose maker has ended. */
    private DomainId madeByXl(String more) {
        assertThat(xl.create(OneDriverDomain.driver("devd", more)).failure()).isEmpty();
        assertThat(xl.create(OneDriverDomain.client("")).failure()).isEmpty();
        DomainView client = daemon.find("client").orElseThrow();
        assertThat(client.managedBy()).isEqualTo("adopted");
        xl.host().kill();
        awaitServed();
        return new DomainId(daemon.find("driver").orElseThrow().domid());
    }

    private DriverDomainView view() {
        return daemon.toolstack().drivers().require("driver");
    }

    private void awaitServed() {
        SimulatedDaemon.soon()
                .until(() -> view().devices().size() == 2
                        && view().devices().stream().allMatch(d -> d.state() == 4 && d.backendState() == 4));
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

    private void awaitEvent(String type) {
        SimulatedDaemon.soon(type).until(() -> {
            daemon.nudge();
            return !events(type).isEmpty();
        });
    }

    @Test
    void itIsShownWithWhatItServes() {
        DomainId driver = madeByXl("");
        assertThat(daemon.toolstack().drivers().list()).singleElement().satisfies(view -> {
            assertThat(view.name()).isEqualTo("driver");
            assertThat(view.domid()).isEqualTo(driver.value());
            assertThat(view.supervised()).isFalse();
            assertThat(view.devices()).hasSize(2).noneMatch(DriverDomainView.ServedDevice::exact);
        });
        assertThat(daemon.toolstack().drivers().lint("driver").findings())
                .extracting(Finding::code)
                .contains("trusts-backend");
        assertThat(daemon.find("driver").orElseThrow().managedBy()).isEqualTo("adopted");
    }

    @Test
    void ordered_itComesBackUnderItsNumberAndIsJxlsFromThenOn() {
        DomainId driver = madeByXl("");
        assertThat(daemon.end(daemon.toolstack().drivers().restart("driver", false))
                        .failure())
                .isEmpty();
        awaitServed();
        assertThat(daemon.find("driver").orElseThrow().domid()).isEqualTo(driver.value());
        assertThat(daemon.find("client").orElseThrow().state()).isEqualTo("running");
        assertThat(events("driver.disk-lost")).isEmpty();
        assertThat(events("domain.taken-over"))
                .singleElement()
                .satisfies(e -> assertThat(e.domainName()).isEqualTo("driver"));
        assertThat(view().supervised()).isTrue();
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        awaitEvent("driver.disk-lost");
        SimulatedDaemon.soon().until(() -> {
            daemon.nudge();
            return view().tally().recoveries() == 2;
        });
        assertThat(daemon.find("driver").orElseThrow().domid()).isEqualTo(driver.value());
        assertThat(daemon.find("client").orElseThrow().state()).isEqualTo("paused");
    }

    @Test
    void whoeverMadeItRuns_ordersAreRefusedAndNothingIsDone() {
        DomainId driver = madeByXl("");
        daemon.world().toolstacks().monitor(MONITOR, Optional.of(driver));
        assertThatThrownBy(() -> daemon.toolstack().drivers().restart("driver", true))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("process 4711 (xl create /etc/xen/g.cfg) looks after it");
        assertThatThrownBy(() -> daemon.toolstack().drivers().drain("driver"))
                .isInstanceOf(ToolstackException.WrongState.class);
        assertThat(daemon.find("driver").orElseThrow().managedBy()).isEqualTo("adopted");
        daemon.world().toolstacks().killMonitor(MONITOR);
        assertThat(daemon.end(daemon.toolstack().drivers().drain("driver")).failure())
                .isEmpty();
    }

    @Test
    void crashedAndItsActionIsRestart_itComesBackUnderItsNumber() {
        DomainId driver = madeByXl("on_crash = \"restart\"");
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        awaitEvent("driver.recovered");
        assertThat(daemon.find("driver").orElseThrow().domid()).isEqualTo(driver.value());
        assertThat(events("driver.disk-lost")).hasSize(1);
        assertThat(view().supervised()).isTrue();
    }

    @Test
    void crashedAndItsActionIsDestroy_itIsGone() {
        DomainId driver = madeByXl("on_crash = \"destroy\"");
        daemon.world().stopGuest(driver, ShutdownReason.CRASH);
        SimulatedDaemon.soon().until(() -> {
            daemon.nudge();
            return daemon.find("driver").isEmpty();
        });
        assertThat(daemon.find("client").orElseThrow().state()).isEqualTo("running");
    }
}
