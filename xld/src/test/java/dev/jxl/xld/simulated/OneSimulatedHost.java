package dev.jxl.xld.simulated;

import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import dev.jxl.xld.model.RestartPolicy;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests on one simulated machine with a jxld, both new for each test; so some tests run at once. */
@Execution(ExecutionMode.CONCURRENT)
abstract class OneSimulatedHost {
    @TempDir
    Path folder;

    SimulatedDaemon daemon;

    /** What there is on the machine before a guest has been. */
    SimLeftovers empty;

    /** What the machine is like. */
    SimSettings settings() {
        return SimSettings.standard();
    }

    /** What jxld does about guests that die again and again. */
    RestartPolicy policy() {
        return RestartPolicy.STANDARD;
    }

    @BeforeEach
    void startDaemon() {
        daemon = new SimulatedDaemon(folder, settings(), policy());
        empty = daemon.world().leftovers();
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }
}
