package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DriverDomainView;
import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.OperationView;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;

/**
 * The program in a driver domain is changed for another one, which in every other round does not serve the clients: whatever happens at
 * any call, one of the two serves them in the end, for good, and nothing of the change is left.
 */
@Timeout(300)
class EnumeratedDriverUpgradeTest extends EnumeratedDriverRestartTest {
    @Override
    int calls() {
        return 70;
    }

    @Override
    void prepare(SimulatedDaemon daemon) {
        SimulatedDaemon.soon()
                .until(() -> daemon.toolstack().drivers().require("driver").ready());
    }

    @Override
    OperationView start(DriverDomains drivers, int round) {
        String version = round % 3 == 0 ? "dies" : round % 3 == 1 ? "newer" : "newest";
        return drivers.upgrade("driver", Optional.of(Path.of("/sim/jxl-backend/" + version)));
    }

    @Override
    void finish(SimulatedDaemon daemon, String where) {
        daemon.awaitEnds(where);
        DriverDomainView driver = daemon.toolstack().drivers().require("driver");
        assertThat(driver.version().orElse("none")).as(where).isIn("simulated", "newer", "newest");
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            assertThat(dom0.list("/local/domain/" + driver.domid()))
                    .as(where)
                    .contains("data")
                    .doesNotContain("jxl-upgrade");
        }
    }
}
