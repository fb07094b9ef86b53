package dev.jxl.xld.simulated;

import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A live migration from jxld to jxld that goes wrong at each call of either side, the words on the link among them: an error, a cancel, a
 * kill of jxld and its next life, a link that is cut while both jxld are killed. Afterwards exactly one copy is there, and it runs.
 */
@Timeout(600)
class EnumeratedHandOverTest extends EnumeratedBetweenHosts {
    private final AtomicInteger runsThere = new AtomicInteger();

    EnumeratedHandOverTest() {
        super("pvh");
    }

    @ParameterizedTest
    @EnumSource
    void errorAtEveryCall_exactlyOneCopyRuns(Side side) throws InterruptedException {
        report(side, errorAtEveryCall(side), "errors");
    }

    @ParameterizedTest
    @EnumSource
    void cancelAtEveryCall_exactlyOneCopyRuns(Side side) throws InterruptedException {
        report(side, cancelAtEveryCall(side), "cancels");
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_exactlyOneCopyRuns(Side side) throws InterruptedException {
        report(side, killAtEveryCall(side), "kills");
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
                    faults(side, hosts).at("link.", k, moment, told(what, call -> {
                        down(hosts, true);
                        hosts.here.world().links().cut();
                    }));
                    send(hosts, side);
                    if (faults(side, hosts).struck() == 0) {
                        return false;
                    }
                    hosts.there.awaitQuiet();
                    hosts.here.killAndStart();
                    hosts.there.killAndStart();
                    down(hosts, false);
                    requireOneCopy(hosts, what);
                    return true;
                }
            });
        }
        report(side, calls, "cut links");
    }

    private static void down(TwoHosts hosts, boolean down) {
        hosts.here.world().links().down(down);
        hosts.there.world().links().down(down);
    }

    /** From when the fault has struck the sender may have to wait for what the test does next. */
    @Override
    void send(TwoHosts hosts, Side side) {
        start(hosts, TwoHosts.TO_JXLD, () -> faults(side, hosts).struck() > 0);
    }

    @Override
    void awaitEnd(TwoHosts hosts) {
        // The sender asks the receiver until it has ended.
    }

    @Override
    void requireOneCopy(TwoHosts hosts, StringBuilder what) {
        requireSettled(hosts, what);
        if (hosts.there.find("web").isPresent()) {
            runsThere.incrementAndGet();
        }
    }

    private void report(Side side, int calls, String what) {
        report(
                "hand-over",
                side,
                calls,
                what + ", 0 with two copies, 0 with none, 0 undecided; " + runsThere.get() + " run there");
    }
}
