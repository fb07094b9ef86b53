package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.DriverDomains;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimSettings;
import dev.jxl.xld.model.RestartPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver domain's restart, with an error, a cancel, and a kill and restart of jxld at each of its calls to the host: in the end the
 * driver domain is back under its number, and its client goes on with the rings that it had.
 */
@Timeout(300)
class EnumeratedDriverRestartTest {
    private static final RestartPolicy QUICK =
            new RestartPolicy(Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMillis(50), 1000);

    private static final String OWN_DISK = "disk = [ \"format=raw, vdev=xvda, access=rw, target=/sim/driver.img\" ]";

    private final Queue<Machine> idle = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    @AfterEach
    void end() {
        idle.forEach(Machine::close);
    }

    /** About as many calls as it makes. */
    int calls() {
        return 190;
    }

    /** The programs in the driver domain, as the simulator names them. */
    String program() {
        return "jxl";
    }

    /** Every how many calls something happens. */
    int stride(int each) {
        return each;
    }

    /** What there has to be before. */
    void prepare(SimulatedDaemon daemon) {}

    /** What is enumerated. */
    OperationView start(DriverDomains drivers, int round) {
        return drivers.restart("driver", false);
    }

    /** A driver domain with a client that uses its disk and its nic. */
    private static final class Machine implements AutoCloseable {
        private final SimulatedDaemon daemon;
        private final DomainId driver;
        private final DomainId client;
        private final String uuid;
        private final String rings;

        Machine(Path folder, String program) {
            daemon = new SimulatedDaemon(fresh(folder), SimSettings.standard().withHurry(10), QUICK);
            daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
            assertThat(daemon.create(OneDriverDomain.driver(program, "driver_attempts = 1000\n" + OWN_DISK))
                            .failure())
                    .isEmpty();
            daemon.awaitReady("driver");
            assertThat(daemon.create(OneDriverDomain.client("")).failure()).isEmpty();
            daemon.awaitReady("client");
            DomainView found = daemon.find("driver").orElseThrow();
            driver = new DomainId(found.domid());
            uuid = found.uuid();
            client = new DomainId(daemon.find("client").orElseThrow().domid());
            rings = rings();
        }

        private static Path fresh(Path folder) {
            try {
                return Files.createTempDirectory(folder, "run");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private String node(String path) {
            try (MemoryXenStore dom0 = daemon.world().storeAs(DomainId.DOM0)) {
                return dom0.find(path).orElse("(none)");
            }
        }

        private String rings() {
            String front = "/local/domain/" + client + "/device/";
            return node(front + "vbd/51712/ring-ref") + " " + node(front + "vif/0/tx-ring-ref") + " "
                    + node(front + "vbd/51712/state") + " " + node(front + "vif/0/state");
        }

        private boolean servesAll() {
            String back = "/local/domain/" + driver + "/backend/";
            return node(back + "vbd/" + client + "/51712/state").equals("4")
                    && node(back + "vif/" + client + "/0/state").equals("4")
                    && daemon.world().domains().stream()
                            .filter(f -> f.id().equals(driver))
                            .filter(f -> f.uuid().toString().equals(uuid))
                            .map(DomainFacts::flags)
                            .anyMatch(flags -> !flags.paused() && !flags.shutdown() && !flags.dying());
        }

        Optional<OperationView> order(Function<DriverDomains, OperationView> start) {
            try {
                return Optional.of(start.apply(daemon.toolstack().drivers()));
            } catch (RuntimeException | DaemonKilled refused) {
                return Optional.empty();
            }
        }

        /** Waits until the fault has struck, or the operation has ended without it. */
        boolean struck(Optional<OperationView> begun) {
            SimFaults faults = daemon.world().faults();
            SimulatedDaemon.soon()
                    .until(() -> faults.struck() > 0
                            || begun.isEmpty()
                            || daemon.toolstack()
                                    .operation(begun.get().id())
                                    .status()
                                    .ended());
            return faults.struck() > 0;
        }

        void requireBack(String where) {
            SimulatedDaemon.soon(where).untilAsserted(() -> {
                daemon.nudge();
                assertThat(servesAll())
                        .as(where + ": " + daemon.toolstack().operations())
                        .isTrue();
                assertThat(daemon.toolstack().operations())
                        .as(where)
                        .allMatch(o -> o.status().ended());
            });
            assertThat(rings()).as(where).isEqualTo(rings);
            assertThat(daemon.world().domains()).as(where).hasSize(3);
            assertThat(daemon.world().leftovers().loops()).as(where).hasSize(1);
        }

        @Override
        public void close() {
            daemon.close();
        }
    }

    /** What happens at one call. */
    private interface Blow {
        void at(Machine machine, int k, StringBuilder where);

        /** Whether jxld is dead after it. */
        default boolean kills() {
            return false;
        }
    }

    private boolean round(int k, String what, Blow blow) {
        Machine waiting = idle.poll();
        Machine machine = waiting != null ? waiting : new Machine(folder, program());
        machine.daemon.awaitQuiet();
        prepare(machine.daemon);
        machine.daemon.world().faults().reset();
        StringBuilder where = new StringBuilder(what + " at call " + k);
        blow.at(machine, k, where);
        boolean struck = machine.struck(machine.order(drivers -> start(drivers, k)));
        machine.daemon.world().faults().reset();
        if (struck && blow.kills()) {
            machine.daemon.killAndStart();
        }
        finish(machine.daemon, where.toString());
        machine.requireBack(where.toString());
        idle.add(machine);
        return struck;
    }

    /** What a user does then. */
    void finish(SimulatedDaemon daemon, String where) {}

    /** Every so many calls: waits make that their number is not always the same, and their places are covered all the same. */
    private void enumerate(String what, int each, Blow blow) throws InterruptedException {
        int stride = stride(each);
        AtomicInteger rounds = new AtomicInteger();
        int about = calls();
        EnumeratedRun.inParallel(about / stride, i -> {
            if (round(1 + (i - 1) * stride, what, blow)) {
                rounds.incrementAndGet();
            }
        });
        assertThat(rounds.get()).as(what).isGreaterThan(about / stride / 2);
        Stream.of("enumeration: " + getClass().getSimpleName() + " (" + program() + "): " + rounds + " times " + what
                        + ", the client went on")
                .forEach(System.out::println);
    }

    @Test
    void errorAtEverySecondCall_itComesBack() throws InterruptedException {
        enumerate(
                "error",
                2,
                (machine, k, where) -> machine.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    where.append(" (").append(call.name()).append(')');
                    throw EnumeratedFaultsTest.errorOf(call);
                }));
    }

    @Test
    void cancelAtEveryFifthCall_itComesBack() throws InterruptedException {
        enumerate(
                "cancel",
                5,
                (machine, k, where) -> machine.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    where.append(" (").append(call.name()).append(')');
                    machine.daemon.toolstack().operations().stream()
                            .filter(o -> !o.status().ended())
                            .forEach(o -> machine.daemon.toolstack().cancel(o.id()));
                }));
    }

    @Test
    void killAtEveryCall_theNextLifeFinishesIt() throws InterruptedException {
        enumerate("kill", 1, new Blow() {
            @Override
            public void at(Machine machine, int k, StringBuilder where) {
                SimFaults.Fault kill = machine.daemon.host().killFault();
                machine.daemon.world().faults().at(k, k % 2 == 0 ? Moment.BEFORE : Moment.AFTER, call -> {
                    where.append(" (").append(call.name()).append(')');
                    kill.strike(call);
                });
            }

            @Override
            public boolean kills() {
                return true;
            }
        });
    }
}
