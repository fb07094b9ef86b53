package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.host.sim.SimSettings;
import dev.jxl.xld.model.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A simulated host with one driver domain and one client of it: what tests of both need. */
abstract class OneDriverDomain extends OneSimulatedHost {
    private static final RestartPolicy QUICK =
            new RestartPolicy(Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMillis(50), 3);

    @Override
    SimSettings settings() {
        return SimSettings.standard().withHurry(10);
    }

    @Override
    RestartPolicy policy() {
        return QUICK;
    }

    static String driver(String program, String more) {
        return """
            name = "driver"
            type = "pv"
            kernel = "/sim/vmlinuz"
            extra = "driver=%s"
            memory = 128
            driver_domain = 1
            %s
            """.formatted(program, more);
    }

    static String client(String more) {
        return """
            name = "client"
            type = "pvh"
            kernel = "/sim/vmlinuz"
            memory = 128
            disk = [ "format=raw, vdev=xvda, access=rw, backend=driver, target=/dev/vg/client" ]
            vif = [ "backend=driver, mac=00:16:3e:00:00:01" ]
            %s
            """.formatted(more);
    }

    final DomainId driverWith(String program, String more) {
        assertThat(daemon.create(driver(program, more)).failure()).isEmpty();
        daemon.awaitReady("driver");
        return new DomainId(daemon.find("driver").orElseThrow().domid());
    }

    final DomainId clientWith(String more) {
        assertThat(daemon.create(client(more)).failure()).isEmpty();
        daemon.awaitReady("client");
        return new DomainId(daemon.find("client").orElseThrow().domid());
    }

    final List<DomainEvent> events(String type) {
        List<DomainEvent> found = new ArrayList<>();
        try (EventSubscription all = daemon.toolstack().events(0)) {
            for (Optional<DomainEvent> e = all.next(Duration.ZERO); e.isPresent(); e = all.next(Duration.ZERO)) {
                e.filter(event -> event.type().equals(type)).ifPresent(found::add);
            }
        }
        return found;
    }

    final DomainEvent awaitEvent(String type) {
        SimulatedDaemon.soon(type).until(() -> {
            daemon.nudge();
            return !events(type).isEmpty();
        });
        return events(type).getFirst();
    }

    final void awaitServed() {
        SimulatedDaemon.soon()
                .until(() -> daemon.toolstack().drivers().require("driver").devices().stream()
                        .allMatch(d -> d.state() == 4 && d.backendState() == 4));
    }

    final String node(String path) {
        try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
            return dom0.find(path).orElse("(none)");
        }
    }

    final OperationView restart(boolean force) {
        return daemon.end(daemon.toolstack().drivers().restart("driver", force));
    }
}
