package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A live migration that goes wrong at each call of either side, the words on the link among them: an error (there, the link's end), a
 * cancel, a kill of jxld and its next life. Afterwards one copy runs, or the sender's is kept, suspended, until somebody decides; there are
 * never two.
 */
@Timeout(600)
class EnumeratedMigrationTest {
    @TempDir
    Path folder;

    /** Where it goes wrong. */
    enum Side {
        SENDER,
        RECEIVER;

        SimulatedDaemon of(TwoHosts hosts) {
            return this == SENDER ? hosts.here : hosts.there;
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorAtEveryCall_oneCopy(Side side) throws InterruptedException {
        report(side, "errors", EnumeratedRun.atEveryCall(k -> {
            try (TwoHosts hosts = prepared(side)) {
                StringBuilder what = new StringBuilder(side + ", error at call " + k);
                side.of(hosts).world().faults().at(k, Moment.BEFORE, call -> {
                    what.append(" (").append(call.name()).append(')');
                    throw EnumeratedFaultsTest.errorOf(call);
                });
                return struckAndOneCopy(hosts, side, what);
            }
        }));
    }

    @ParameterizedTest
    @EnumSource
    void cancelAtEveryCall_oneCopy(Side side) throws InterruptedException {
        report(side, "cancels", EnumeratedRun.atEveryCall(k -> {
            try (TwoHosts hosts = prepared(side)) {
                StringBuilder what = new StringBuilder(side + ", cancel at call " + k);
                SimulatedDaemon daemon = side.of(hosts);
                daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    what.append(" (").append(call.name()).append(')');
                    daemon.toolstack().operations().stream()
                            .filter(o -> !o.status().ended())
                            .forEach(o -> daemon.toolstack().cancel(o.id()));
                });
                return struckAndOneCopy(hosts, side, what);
            }
        }));
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_oneCopy(Side side) throws InterruptedException {
        int calls = 0;
        for (Moment moment : Moment.values()) {
            calls += EnumeratedRun.atEveryCall(k -> {
                try (TwoHosts hosts = prepared(side)) {
                    StringBuilder what = new StringBuilder(side + ", kill " + moment + " call " + k);
                    SimulatedDaemon daemon = side.of(hosts);
                    daemon.world().faults().at(k, moment, call -> {
                        what.append(" (").append(call.name()).append(')');
                        daemon.host().killFault().strike(call);
                    });
                    send(hosts);
                    if (daemon.world().faults().struck() == 0) {
                        return false;
                    }
                    daemon.killAndStart();
                    hosts.requireOneCopy(settled(hosts, what));
                    return true;
                }
            });
        }
        report(side, "kills", calls);
    }

    private TwoHosts prepared(Side side) {
        TwoHosts hosts = new TwoHosts(folder);
        hosts.guest("hvm");
        hosts.here.awaitQuiet();
        SimulatedDaemon daemon = side.of(hosts);
        daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
        daemon.world().faults().reset();
        return hosts;
    }

    private static boolean struckAndOneCopy(TwoHosts hosts, Side side, StringBuilder what) {
        send(hosts);
        hosts.there.awaitQuiet();
        if (side.of(hosts).world().faults().struck() == 0) {
            return false;
        }
        hosts.requireOneCopy(settled(hosts, what));
        return true;
    }

    /** As far as it goes: the sender may die of it. */
    private static void send(TwoHosts hosts) {
        try {
            OperationView started = hosts.here.toolstack().act("web", new Migrate("there", "receive", true));
            org.awaitility.Awaitility.await()
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> hosts.here.host().isDead()
                            || hosts.here
                                    .toolstack()
                                    .operation(started.id())
                                    .status()
                                    .ended());
        } catch (RuntimeException | DaemonKilled refused) {
            // What is then the case is looked at by the caller.
            assertThat(refused).isNotNull();
        }
    }

    /** What is left to the supervisors is done. */
    private static String settled(TwoHosts hosts, StringBuilder what) {
        for (SimulatedDaemon daemon : new SimulatedDaemon[] {hosts.here, hosts.there}) {
            daemon.awaitQuiet();
            org.awaitility.Awaitility.await(what.toString())
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> {
                        daemon.nudge();
                        daemon.awaitQuiet();
                        return hosts.cleared(daemon)
                                && daemon.toolstack().listDomains().stream()
                                        .noneMatch(d -> d.state().equals("dying")
                                                || d.state().equals("shell"));
                    });
        }
        return what.toString();
    }

    private static void report(Side side, String what, int calls) {
        assertThat(calls).as(side + ": " + what).isPositive();
        Stream.of("enumeration: migration, " + side + ": " + calls + " " + what + ", one copy")
                .forEach(System.out::println);
    }
}
