package dev.jxl.xld.simulated;

import dev.jxl.xld.api.DomainAction.Migrate;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A live migration that goes wrong at each call of either side, the words on the link among them: an error (there, the link's end), a
 * cancel, a kill of jxld and its next life. Afterwards one copy runs, or the sender's is kept, suspended, until somebody decides; there are
 * never two.
 */
@Timeout(600)
class EnumeratedMigrationTest extends EnumeratedBetweenHosts {
    EnumeratedMigrationTest() {
        super("hvm");
    }

    @ParameterizedTest
    @EnumSource
    void errorAtEveryCall_oneCopy(Side side) throws InterruptedException {
        report(side, errorAtEveryCall(side), "errors");
    }

    @ParameterizedTest
    @EnumSource
    void cancelAtEveryCall_oneCopy(Side side) throws InterruptedException {
        report(side, cancelAtEveryCall(side), "cancels");
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_oneCopy(Side side) throws InterruptedException {
        report(side, killAtEveryCall(side), "kills");
    }

    @Override
    void send(TwoHosts hosts, Side side) {
        start(
                hosts,
                new Migrate("there", "receive", true),
                () -> hosts.here.host().isDead());
    }

    @Override
    void awaitEnd(TwoHosts hosts) {
        hosts.there.awaitQuiet();
    }

    @Override
    void requireOneCopy(TwoHosts hosts, StringBuilder what) {
        for (SimulatedDaemon daemon : new SimulatedDaemon[] {hosts.here, hosts.there}) {
            daemon.awaitQuiet();
            SimulatedDaemon.soon(what.toString()).until(() -> {
                daemon.nudge();
                daemon.awaitQuiet();
                return hosts.cleared(daemon)
                        && daemon.toolstack().listDomains().stream()
                                .noneMatch(d ->
                                        d.state().equals("dying") || d.state().equals("shell"));
            });
        }
        hosts.requireOneCopy(what.toString());
    }

    private static void report(Side side, int calls, String what) {
        report("migration", side, calls, what + ", one copy");
    }
}
