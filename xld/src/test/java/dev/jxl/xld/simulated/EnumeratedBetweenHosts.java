package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Fault;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.io.TempDir;

/** A guest that goes from one machine to another, with something at each call of either side, the words on the link among them. */
abstract class EnumeratedBetweenHosts {
    @TempDir
    Path folder;

    private final String type;
    private final String more;

    /** Of a type of guest: {@code pvh}, {@code hvm}. */
    EnumeratedBetweenHosts(String type) {
        this(type, "");
    }

    /** With more lines in its configuration. */
    EnumeratedBetweenHosts(String type, String more) {
        this.type = type;
        this.more = more;
    }

    /** Where it goes wrong. */
    enum Side {
        SENDER,
        RECEIVER;

        SimulatedDaemon of(TwoHosts hosts) {
            return this == SENDER ? hosts.here : hosts.there;
        }
    }

    /** Sends the guest, as far as it goes: the sender may die of it. */
    abstract void send(TwoHosts hosts, Side side);

    /** Waits for what may still be under way where nobody was killed. */
    abstract void awaitEnd(TwoHosts hosts);

    /** What must be so afterwards, when all is done that is left to the supervisors. */
    abstract void requireOneCopy(TwoHosts hosts, StringBuilder what);

    /** Both sides know who has the guest, and exactly one has it. */
    static void requireSettled(TwoHosts hosts, StringBuilder what) {
        SimulatedDaemon.soon(what.toString()).untilAsserted(() -> {
            hosts.here.nudge();
            hosts.there.nudge();
            hosts.here.awaitQuiet();
            hosts.there.awaitQuiet();
            assertThat(hosts.settled()).isTrue();
            hosts.requireExactlyOne(what.toString());
        });
    }

    final int errorAtEveryCall(Side side) throws InterruptedException {
        return EnumeratedRun.atEveryCall(k -> {
            try (TwoHosts hosts = prepared(side)) {
                StringBuilder what = new StringBuilder(side + ", error at call " + k);
                faults(side, hosts).at(k, Moment.BEFORE, told(what, call -> {
                    throw EnumeratedFaultsTest.errorOf(call);
                }));
                return struckAndOneCopy(hosts, side, what);
            }
        });
    }

    final int cancelAtEveryCall(Side side) throws InterruptedException {
        return EnumeratedRun.atEveryCall(k -> {
            try (TwoHosts hosts = prepared(side)) {
                StringBuilder what = new StringBuilder(side + ", cancel at call " + k);
                SimulatedDaemon daemon = side.of(hosts);
                Fault cancel = call -> daemon.toolstack().operations().stream()
                        .filter(o -> !o.status().ended())
                        .forEach(o -> daemon.toolstack().cancel(o.id()));
                faults(side, hosts).at(k, Moment.BEFORE, told(what, cancel));
                return struckAndOneCopy(hosts, side, what);
            }
        });
    }

    final int killAtEveryCall(Side side) throws InterruptedException {
        int calls = 0;
        for (Moment moment : Moment.values()) {
            calls += EnumeratedRun.atEveryCall(k -> {
                try (TwoHosts hosts = prepared(side)) {
                    StringBuilder what = new StringBuilder(side + ", kill " + moment + " call " + k);
                    SimulatedDaemon daemon = side.of(hosts);
                    Fault kill = call -> daemon.host().killFault().strike(call);
                    faults(side, hosts).at(k, moment, told(what, kill));
                    send(hosts, side);
                    if (faults(side, hosts).struck() == 0) {
                        return false;
                    }
                    daemon.killAndStart();
                    requireOneCopy(hosts, what);
                    return true;
                }
            });
        }
        return calls;
    }

    private boolean struckAndOneCopy(TwoHosts hosts, Side side, StringBuilder what) {
        send(hosts, side);
        awaitEnd(hosts);
        if (faults(side, hosts).struck() == 0) {
            return false;
        }
        requireOneCopy(hosts, what);
        return true;
    }

    static SimFaults faults(Side side, TwoHosts hosts) {
        return side.of(hosts).world().faults();
    }

    /** A fault that says, for whoever reads of it, at which call it has struck. */
    static Fault told(StringBuilder what, Fault fault) {
        return call -> {
            what.append(" (").append(call.name()).append(')');
            fault.strike(call);
        };
    }

    final TwoHosts prepared(Side side) {
        TwoHosts hosts = new TwoHosts(folder);
        hosts.guest(type, more);
        hosts.here.awaitQuiet();
        faults(side, hosts).countOnly(thread -> !thread.getName().equals("supervisor"));
        faults(side, hosts).reset();
        return hosts;
    }

    /** Starts it and waits until it has ended, or until nobody has to wait for it. */
    static void start(TwoHosts hosts, DomainAction action, BooleanSupplier enough) {
        try {
            OperationView started = hosts.here.toolstack().act("web", action);
            SimulatedDaemon.soon()
                    .until(() -> enough.getAsBoolean()
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

    /** Counts are printed: a number that falls is an enumeration that does not look everywhere any more. */
    static void report(String how, Side side, int calls, String what) {
        assertThat(calls).as(side + ": " + what).isPositive();
        System.out.println("enumeration: " + how + ", " + side + ": " + calls + " " + what);
    }
}
