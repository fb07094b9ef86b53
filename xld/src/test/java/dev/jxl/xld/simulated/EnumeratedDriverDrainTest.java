package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException.DomainBusy;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;

/**
 * The same with a kernel's backends, which are drained first: no disk is lost, whatever happens at any call. In every other round it is only
 * drained, and what was drained by half is restarted afterwards.
 */
@Timeout(300)
class EnumeratedDriverDrainTest extends EnumeratedDriverRestartTest {
    @Override
    String program() {
        return "devd";
    }

    @Override
    int stride(int each) {
        return each * 3;
    }

    @Override
    OperationView start(DriverDomains drivers, int round) {
        return round % 2 == 0 ? drivers.drain("driver") : drivers.restart("driver", false);
    }

    @Override
    void finish(SimulatedDaemon daemon, String where) {
        daemon.awaitEnds(where);
        assertThat(daemon.find("client").orElseThrow().state()).as(where).isEqualTo("running");
        // One that jxld begins by itself may have come before it.
        OperationView last = SimulatedDaemon.soon(where)
                .ignoreExceptionsMatching(DomainBusy.class::isInstance)
                .until(() -> daemon.toolstack().drivers().restart("driver", false), Objects::nonNull);
        assertThat(daemon.end(last).failure()).as(where).isEmpty();
    }
}
