package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A live migration from jxld to jxld that goes wrong at each call of either side, the words on the link among them: an error, a cancel, a
 * kill of jxld and its next life, a link that is cut while both jxld are killed. Afterwards exactly one copy is there, and it runs.
 */
@Timeout(600)
class EnumeratedHandOverTest {
    @TempDir
    Path folder;

    private final AtomicInteger runsThere = new AtomicInteger();

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
    void errorAtEveryCall_exactlyOneCopyRuns(Side side) throws InterruptedException {
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
    void cancelAtEveryCall_exactlyOneCopyRuns(Side side) throws InterruptedException {
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
    void killAtEveryCall_exactlyOneCopyRuns(Side side) throws InterruptedException {
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
                    started(hosts, side);
                    if (daemon.world().faults().struck() == 0) {
                        return false;
                    }
                    daemon.killAndStart();
                    requireExactlyOne(hosts, what);
                    return true;
                }
            });
        }
        report(side, "kills", calls);
    }

    /** The network is gone from one word on, both jxld are killed in that state, start again, and can reach each other again. */
    @ParameterizedTest
    @EnumSource
    void linkCutAtEachWordAndBothKilled_exactlyOneCopyRuns(Side side) throws InterruptedException {
        int calls = 0;
        for (Moment moment : Moment.values()) {
            calls += EnumeratedRun.atEveryCall(k -> {
                try (TwoHosts hosts = prepared(side)) {
                    StringBuilder what = new StringBuilder(side + ", link cut " + moment + " word " + k);
                    side.of(hosts).world().faults().at("link.", k, moment, call -> {
                        what.append(" (").append(call.name()).append(')');
                        down(hosts, true);
                        hosts.here.world().links().cut();
                    });
                    started(hosts, side);
                    if (side.of(hosts).world().faults().struck() == 0) {
                        return false;
                    }
                    hosts.there.awaitQuiet();
                    hosts.here.killAndStart();
                    hosts.there.killAndStart();
                    down(hosts, false);
                    requireExactlyOne(hosts, what);
                    return true;
                }
            });
        }
        report(side, "cut links", calls);
    }

    private static void down(TwoHosts hosts, boolean down) {
        hosts.here.world().links().down(down);
        hosts.there.world().links().down(down);
    }

    private TwoHosts prepared(Side side) {
        TwoHosts hosts = new TwoHosts(folder);
        hosts.guest("pvh");
        hosts.here.awaitQuiet();
        SimulatedDaemon daemon = side.of(hosts);
        daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
        daemon.world().faults().reset();
        return hosts;
    }

    private boolean struckAndOneCopy(TwoHosts hosts, Side side, StringBuilder what) {
        started(hosts, side);
        if (side.of(hosts).world().faults().struck() == 0) {
            return false;
        }
        requireExactlyOne(hosts, what);
        return true;
    }

    /** Until it has ended, or the fault has struck: from then on the sender may have to wait for what the test does next. */
    private static void started(TwoHosts hosts, Side side) {
        try {
            OperationView started = hosts.here.toolstack().act("web", TwoHosts.TO_JXLD);
            Awaitility.await()
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> side.of(hosts).world().faults().struck() > 0
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

    private void requireExactlyOne(TwoHosts hosts, StringBuilder what) {
        Awaitility.await(what.toString())
                .atMost(SimulatedDaemon.SOON)
                .pollInterval(SimulatedDaemon.POLL)
                .untilAsserted(() -> {
                    hosts.here.nudge();
                    hosts.there.nudge();
                    hosts.here.awaitQuiet();
                    hosts.there.awaitQuiet();
                    assertThat(hosts.settled()).isTrue();
                    hosts.requireExactlyOne(what.toString());
                });
        if (hosts.there.find("web").isPresent()) {
            runsThere.incrementAndGet();
        }
    }

    private void report(Side side, String what, int calls) {
        assertThat(calls).as(side + ": " + what).isPositive();
        System.out.println("enumeration: hand-over, " + side + ": " + calls + " " + what
                + ", 0 with two copies, 0 with none, 0 undecided; " + runsThere.get() + " run there");
    }
}
