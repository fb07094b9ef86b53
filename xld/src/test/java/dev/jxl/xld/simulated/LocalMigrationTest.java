package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.DomainAction.Migrate.Here;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults.Call;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimPipesOfAStranger;
import dev.jxl.xld.host.sim.SimSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A guest that is sent from a simulated machine to the same one, also when it goes wrong at each call: an error, a cancel, a kill of jxld,
 * which is both sides. Afterwards exactly one copy runs, under its own name, and nothing is left of the other one.
 */
@Timeout(600)
class LocalMigrationTest {
    private static final System.Logger LOG = System.getLogger(LocalMigrationTest.class.getName());

    @TempDir
    Path folder;

    private final class OneHost implements AutoCloseable {
        final SimulatedDaemon daemon;
        final SimLeftovers empty;

        OneHost(String type) {
            daemon = new SimulatedDaemon(fresh(), SimSettings.standard().withHurry(10));
            empty = daemon.world().leftovers();
            daemon.world().links().receiver((from, to) -> {
                try {
                    OperationView _ = daemon.toolstack().receive(from, to, false);
                } catch (ToolstackException | DaemonKilled e) {
                    LOG.log(System.Logger.Level.DEBUG, "not received", e);
                    SimPipesOfAStranger.close(from);
                    SimPipesOfAStranger.close(to);
                }
            });
            assertThat(daemon.create(SimulatedDaemon.configuration("web", type, ""))
                            .failure())
                    .isEmpty();
            daemon.awaitReady("web");
            daemon.awaitQuiet();
            daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
            daemon.world().faults().reset();
        }

        /** As far as it goes: jxld may die of it. */
        void send() {
            try {
                OperationView started = daemon.toolstack().act("web", toItself(true));
                await().atMost(SimulatedDaemon.SOON)
                        .pollInterval(SimulatedDaemon.POLL)
                        .until(() -> daemon.host().isDead()
                                || daemon.toolstack()
                                        .operation(started.id())
                                        .status()
                                        .ended());
            } catch (RuntimeException | DaemonKilled refused) {
                assertThat(refused).isNotNull();
            }
        }

        DomainView awaitUp() {
            DomainView guest = daemon.find("web").orElseThrow();
            await().atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> daemon.host().hypervisor().hasPvDrivers(new DomainId(guest.domid())));
            return guest;
        }

        List<DomainView> copies() {
            return daemon.toolstack().listDomains().stream()
                    .filter(d -> d.domid() != 0)
                    .toList();
        }

        void requireOneCopy(String what) {
            daemon.awaitQuiet();
            await(what)
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .untilAsserted(() -> {
                        daemon.nudge();
                        daemon.awaitQuiet();
                        assertThat(copies())
                                .as(what + ": " + copies())
                                .singleElement()
                                .satisfies(d -> assertThat(d.name() + " " + d.state() + " " + d.managedBy())
                                        .isEqualTo("web running jxl"));
                    });
            // Its disk, its nodes and its record are its own: with it goes all there is.
            assertThat(daemon.world().leftovers().loops()).as(what).hasSize(1);
            assertThat(daemon.act("web", new DomainAction.Destroy()).failure())
                    .as(what)
                    .isEmpty();
            daemon.requireLeft(empty, what);
        }

        @Override
        public void close() {
            daemon.close();
        }
    }

    private Path fresh() {
        try {
            return Files.createTempDirectory(folder, "host");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Migrate toItself(boolean live) {
        return new Migrate("localhost", new Here(false), live, Migrate.DOWNTIME, false);
    }

    /** By a command, as over ssh, jxld finds out by itself that the receiver is its own. */
    @ParameterizedTest
    @CsvSource({"pvh, true, false", "hvm, true, false", "pv, false, false", "pvh, true, true"})
    void guestSentToItsOwnHost_goesOnAsAnotherDomainOfItsUuid_twice(String type, boolean live, boolean byCommand) {
        try (OneHost host = new OneHost(type)) {
            for (int time = 1; time <= 2; time++) {
                DomainView before = host.awaitUp();
                OperationView sent =
                        host.daemon.act("web", byCommand ? new Migrate("localhost", "receive", live) : toItself(live));
                assertThat(sent.failure()).isEmpty();
                host.daemon.awaitQuiet();
                DomainView after = host.daemon.find("web").orElseThrow();
                assertThat(after.uuid()).isEqualTo(before.uuid());
                assertThat(after.domid()).isNotEqualTo(before.domid());
                assertThat(host.daemon.world().consoleText(new DomainId(after.domid())))
                        .doesNotContain("GUEST-READY");
            }
            host.requireOneCopy(type);
        }
    }

    /** From the end of its memory on it stands still on both sides. */
    @Test
    void configurationIsWrittenBeforeTheGuestsMemoryComes() {
        try (OneHost host = new OneHost("pvh")) {
            host.send();
            List<String> calls = host.daemon.world().faults().calls().stream()
                    .map(Call::name)
                    .filter(name -> name.startsWith("hostFiles.writeUserdata") || name.startsWith("streams.restore"))
                    .toList();
            assertThat(calls).hasSize(2);
            assertThat(calls.getFirst()).startsWith("hostFiles.writeUserdata");
            DomainView guest = host.awaitUp();
            assertThat(host.daemon
                            .host()
                            .files()
                            .findUserdata(new DomainId(guest.domid()), DomainUuid.parse(guest.uuid())))
                    .hasValueSatisfying(
                            json -> assertThat(json).contains("\"web\"").doesNotContain("--incoming"));
        }
    }

    @Test
    void guestThatWasSent_rebootsUnderItsName() {
        try (OneHost host = new OneHost("pvh")) {
            assertThat(host.daemon.act("web", toItself(true)).failure()).isEmpty();
            host.daemon.awaitQuiet();
            assertThat(host.daemon
                            .act("web", new DomainAction.Reboot(true, true))
                            .failure())
                    .isEmpty();
            host.daemon.awaitReady("web");
            host.requireOneCopy("rebooted");
        }
    }

    @Test
    void guestThatIsToStayPaused_doesSo() {
        try (OneHost host = new OneHost("pvh")) {
            Migrate paused = new Migrate("localhost", new Here(true), true, Migrate.DOWNTIME, false);
            assertThat(host.daemon.act("web", paused).failure()).isEmpty();
            host.daemon.awaitQuiet();
            DomainId number = new DomainId(host.daemon.find("web").orElseThrow().domid());
            assertThat(host.daemon
                            .host()
                            .hypervisor()
                            .find(number)
                            .orElseThrow()
                            .flags()
                            .paused())
                    .isTrue();
        }
    }

    /** The sender sees only that the link ends. */
    @Test
    void whyThisHostDoesNotTakeIt_isSaid_andNothingIsLeftWhenThatIsSaid() {
        try (OneHost host = new OneHost("pvh")) {
            host.daemon.world().faults().atNext("streams.restore", Moment.BEFORE, call -> {
                throw new ToolstackException.HypercallRefused("no room for " + call.name(), null);
            });
            OperationView sent = host.daemon.act("web", toItself(true));
            assertThat(sent.failure().orElseThrow().message()).contains("this host did not take it: no room for");
            assertThat(host.copies()).hasSize(1);
            host.requireOneCopy("refused");
        }
    }

    @Test
    void errorAtEveryCall_oneCopy() throws InterruptedException {
        report("errors", EnumeratedRun.atEveryCall(k -> {
            try (OneHost host = new OneHost("hvm")) {
                StringBuilder what = new StringBuilder("error at call " + k);
                host.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    what.append(" (").append(call.name()).append(')');
                    throw EnumeratedFaultsTest.errorOf(call);
                });
                return struckAndOneCopy(host, what);
            }
        }));
    }

    @Test
    void cancelAtEveryCall_oneCopy() throws InterruptedException {
        report("cancels", EnumeratedRun.atEveryCall(k -> {
            try (OneHost host = new OneHost("hvm")) {
                StringBuilder what = new StringBuilder("cancel at call " + k);
                host.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    what.append(" (").append(call.name()).append(')');
                    host.daemon.toolstack().operations().stream()
                            .filter(o -> !o.status().ended())
                            .forEach(o -> host.daemon.toolstack().cancel(o.id()));
                });
                return struckAndOneCopy(host, what);
            }
        }));
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_oneCopy(Moment moment) throws InterruptedException {
        report("kills " + moment, EnumeratedRun.atEveryCall(k -> {
            try (OneHost host = new OneHost("hvm")) {
                StringBuilder what = new StringBuilder("kill " + moment + " call " + k);
                host.daemon.world().faults().at(k, moment, call -> {
                    what.append(" (").append(call.name()).append(')');
                    host.daemon.host().killFault().strike(call);
                });
                host.send();
                if (host.daemon.world().faults().struck() == 0) {
                    return false;
                }
                host.daemon.killAndStart();
                host.requireOneCopy(what.toString());
                return true;
            }
        }));
    }

    private static boolean struckAndOneCopy(OneHost host, StringBuilder what) {
        host.send();
        host.daemon.awaitQuiet();
        if (host.daemon.world().faults().struck() == 0) {
            return false;
        }
        host.requireOneCopy(what.toString());
        return true;
    }

    private static void report(String what, int calls) {
        assertThat(calls).as(what).isPositive();
        Stream.of("enumeration: migration to the same host: " + calls + " " + what + ", one copy")
                .forEach(System.out::println);
    }
}
