package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException.WrongState;
import org.junit.jupiter.api.Timeout;

/** A drain is taken back: whatever happens at any call, the client is served in the end, by the same domain and without a restart. */
@Timeout(300)
class EnumeratedDriverUndrainTest extends EnumeratedDriverRestartTest {
    @Override
    String program() {
        return "devd";
    }

    @Override
    int calls() {
        return 45;
    }

    @Override
    void prepare(SimulatedDaemon daemon) {
        assertThat(daemon.end(daemon.toolstack().drivers().drain("driver")).failure())
                .isEmpty();
    }

    @Override
    OperationView start(DriverDomains drivers, int round) {
        return drivers.undrain("driver");
    }

    /** What an error or a cancel has left is ended by the same order. */
    @Override
    void finish(SimulatedDaemon daemon, String where) {
        daemon.awaitEnds(where);
        try {
            assertThat(daemon.end(daemon.toolstack().drivers().undrain("driver"))
                            .failure())
                    .as(where)
                    .isEmpty();
        } catch (WrongState done) {
            assertThat(done).as(where).hasMessageContaining("is not drained");
        }
        assertThat(daemon.toolstack().drivers().require("driver").tally().recoveries())
                .as(where)
                .isZero();
    }
}
