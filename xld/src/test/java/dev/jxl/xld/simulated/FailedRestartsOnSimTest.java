package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.model.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A guest has stopped and is to be made again, and that fails: it is not lost. */
@Timeout(300)
class FailedRestartsOnSimTest extends OneSimulatedHost {
    private static final String BRIDGE = "xenbr0";
    private static final int TRIES = 3;
    private static final RestartPolicy IMPATIENT =
            new RestartPolicy(Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(20), TRIES);
    /** The second try is later than any test. */
    private static final RestartPolicy PATIENT =
            new RestartPolicy(Duration.ofMillis(1), Duration.ofHours(1), Duration.ofHours(1), TRIES);

    private void patient() {
        daemon.close();
        daemon = new SimulatedDaemon(folder, settings(), PATIENT);
    }

    @Override
    RestartPolicy policy() {
        return IMPATIENT;
    }

    private DomainView made() {
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", "on_crash = \"restart\""))
                        .failure())
                .isEmpty();
        daemon.awaitReady("g");
        return daemon.find("g").orElseThrow();
    }

    private void crash(DomainView guest) {
        daemon.world().stopGuest(new DomainId(guest.domid()), ShutdownReason.CRASH);
    }

    private Optional<DomainView> waiting() {
        return daemon.toolstack().definitions().listStopped().stream()
                .filter(d -> d.name().equals("g"))
                .findFirst();
    }

    private DomainView awaitWaiting(int failedStarts) {
        SimulatedDaemon.soon().until(() -> {
            daemon.nudge();
            return waiting()
                    .filter(d -> d.operation().isEmpty()
                            && d.restarts().orElseThrow().failedStarts() == failedStarts)
                    .isPresent();
        });
        return waiting().orElseThrow();
    }

    private DomainView awaitNextLife(DomainView before, String where) {
        SimulatedDaemon.soon(where).until(() -> {
            daemon.nudge();
            return daemon.find("g")
                    .filter(d -> d.domid() != before.domid()
                            && d.state().equals("running")
                            && d.operation().isEmpty())
                    .isPresent();
        });
        return daemon.find("g").orElseThrow();
    }

    private DomainView inVain() {
        DomainView guest = made();
        daemon.world().removeBridge(BRIDGE);
        crash(guest);
        return guest;
    }

    private void destroyed(String where) {
        assertThat(daemon.act("g", new DomainAction.Destroy()).failure()).isEmpty();
        daemon.awaitQuiet();
        assertThat(waiting()).as(where).isEmpty();
        daemon.requireLeft(empty, where);
    }

    private List<String> restarts(Status status) {
        return daemon.toolstack().operations().stream()
                .filter(o -> o.kind().equals("restart") && o.status() == status)
                .map(OperationView::step)
                .toList();
    }

    @Test
    void bridgeGone_guestWaitsAndIsMadeAgainWhenTheBridgeIsBack() {
        patient();
        DomainView before = inVain();
        DomainView waiting = awaitWaiting(1);

        assertThat(waiting.state()).isEqualTo("waiting");
        assertThat(waiting.uuid()).isEqualTo(before.uuid());
        assertThat(waiting.domid()).isEqualTo(-1);
        assertThat(waiting.restarts().orElseThrow().failure().orElseThrow()).contains(BRIDGE);
        assertThat(waiting.restarts().orElseThrow().notBefore()).isPresent();
        assertThat(daemon.eventsAfter(0)).contains("domain.restart-delayed g");
        daemon.world().addBridge(BRIDGE);
        assertThatThrownBy(() -> daemon.toolstack().definitions().start("g", true, false))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("-p");
        assertThat(daemon.end(daemon.toolstack().definitions().start("g", false, false))
                        .failure())
                .isEmpty();
        DomainView after = daemon.find("g").orElseThrow();
        assertThat(after.uuid()).isEqualTo(before.uuid());
        assertThat(after.restarts()).isEmpty();
    }

    @Test
    void bridgeBackBetweenTwoTries_guestIsMadeAgainByItself() {
        DomainView before = made();
        daemon.world().faults().atNext("netAttach.findBridgeMtu", Moment.BEFORE, call -> {
            throw new ToolstackException.HostUnsupported("no answer");
        });
        crash(before);

        awaitNextLife(before, "the second try");
        assertThat(restarts(Status.FAILED)).hasSize(1);
        assertThat(restarts(Status.SUCCEEDED)).hasSize(1);
    }

    @Test
    void neverPossible_isGivenUpAfterSoManyTriesAndStaysKnown() {
        inVain();
        DomainView waiting = awaitWaiting(TRIES);

        assertThat(waiting.restarts().orElseThrow().givenUp().orElseThrow()).contains(TRIES + " times", BRIDGE);
        assertThat(daemon.eventsAfter(0)).contains("domain.restart-given-up g");
        assertThat(restarts(Status.FAILED)).hasSize(TRIES);
        daemon.killAndStart();
        daemon.awaitQuiet();
        assertThat(waiting().orElseThrow().restarts().orElseThrow().givenUp()).isPresent();
        assertThat(restarts(Status.FAILED)).hasSize(TRIES);

        daemon.world().addBridge(BRIDGE);
        assertThat(daemon.end(daemon.toolstack().definitions().start("g", false, false))
                        .failure())
                .isEmpty();
        destroyed("started by a user");
    }

    @Test
    void rebootThatIsGivenUp_failsAndSaysWhereTheReasonIs() {
        made();
        daemon.world().removeBridge(BRIDGE);
        OperationView reboot = daemon.toolstack().act("g", new DomainAction.Reboot(false, true));

        awaitWaiting(TRIES);
        assertThat(daemon.end(reboot).failure().orElseThrow().message()).contains("'g'", "restart");
    }

    @Test
    void jxldKilledWhileItWaits_nextOneTriesAgain() {
        patient();
        DomainView before = inVain();
        awaitWaiting(1);
        daemon.killAndStart();
        daemon.awaitQuiet();

        assertThat(waiting().orElseThrow().restarts().orElseThrow().failedStarts())
                .isEqualTo(1);
        daemon.world().addBridge(BRIDGE);
        OperationView _ = daemon.end(daemon.toolstack().definitions().start("g", false, false));
        assertThat(awaitNextLife(before, "next life").uuid()).isEqualTo(before.uuid());
    }

    @Test
    void destroyedWhileItWaits_isForgotten() {
        patient();
        inVain();
        awaitWaiting(1);

        assertThat(daemon.act("g", new DomainAction.Destroy()).failure()).isEmpty();
        assertThat(waiting()).isEmpty();
        daemon.world().addBridge(BRIDGE);
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", "")).failure())
                .isEmpty();
    }

    @Test
    void anotherOfItsNameWhileItWaits_isRefusedWithWhatHelps() {
        patient();
        inVain();
        awaitWaiting(1);
        daemon.world().addBridge(BRIDGE);

        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("g", "pvh", "")))
                .isInstanceOf(ToolstackException.NameInUse.class)
                .hasMessageContaining("jxl start g")
                .hasMessageContaining("jxl destroy g");
    }

    /** At each call of a restart to the host, one after the other, until a restart has no more; every second time jxld dies then. */
    @Test
    void errorAtEveryCallOfARestart_guestComesBack() {
        int calls = 0;
        boolean struck = true;
        daemon.world().faults().countOnly(thread -> thread.getName().startsWith("operation"));
        while (struck) {
            struck = backAfterAnErrorAt(++calls);
        }
        System.out.println("enumeration: error at " + (calls - 1) + " calls of a restart, the guest came back");
        assertThat(calls).isGreaterThan(30);
    }

    private boolean backAfterAnErrorAt(int k) {
        DomainView before = made();
        daemon.world().faults().reset();
        StringBuilder where = new StringBuilder("error at call " + k);
        daemon.world().faults().at(k, Moment.BEFORE, call -> {
            where.append(" (").append(call.name()).append(')');
            throw EnumeratedFaultsTest.errorOf(call);
        });
        crash(before);
        SimulatedDaemon.soon(where.toString())
                .until(() -> daemon.world().faults().struck() > 0
                        || daemon.find("g")
                                .filter(d -> d.domid() != before.domid()
                                        && d.state().equals("running")
                                        && d.operation().isEmpty())
                                .isPresent());
        boolean struck = daemon.world().faults().struck() > 0;
        if (struck && k % 2 == 0) {
            daemon.killAndStart();
        }
        assertThat(awaitNextLife(before, where.toString()).uuid())
                .as("%s", where)
                .isEqualTo(before.uuid());
        daemon.world().faults().reset();
        destroyed(where.toString());
        return struck;
    }
}
