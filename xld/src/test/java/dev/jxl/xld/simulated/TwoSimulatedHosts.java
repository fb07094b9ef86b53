package dev.jxl.xld.simulated;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests on two simulated machines that reach each other, each with a jxld, all new for each test. */
abstract class TwoSimulatedHosts {
    TwoHosts hosts;

    @BeforeEach
    void startHosts(@TempDir Path folder) {
        hosts = new TwoHosts(folder);
    }

    @AfterEach
    void stopHosts() {
        hosts.close();
    }
}
