package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.Definitions.Condition;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.model.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user wants a guest gone that jxl is about to start again. */
@Timeout(120)
class DestroyOnSimTest extends OneSimulatedHost {
    /** The second restart in a row waits longer than any test. */
    private static final RestartPolicy PATIENT =
            new RestartPolicy(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofHours(1), 3);

    private volatile CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    @Override
    RestartPolicy policy() {
        return PATIENT;
    }

    @AfterEach
    void letGoOfAll() {
        letGo.countDown();
    }

    private DomainView made(String more) {
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", more))
                        .failure())
                .isEmpty();
        daemon.awaitReady("g");
        return daemon.find("g").orElseThrow();
    }

    /** The next call of that name says that it is there, and waits until it is let go. */
    private void hold(String call) {
        SimFaults.Fault wait = SimFaults.hangUntil(letGo);
        held = new CountDownLatch(1);
        daemon.world().faults().atNext(call, Moment.BEFORE, c -> {
            held.countDown();
            wait.strike(c);
        });
    }

    private void awaitHeld() {
        await().atMost(SimulatedDaemon.SOON).until(() -> held.getCount() == 0);
    }

    /** It crashes, and what follows is held at a call. */
    private void crashAndHold(DomainView domain, String call) {
        hold(call);
        daemon.world().stopGuest(new DomainId(domain.domid()), ShutdownReason.CRASH);
        awaitHeld();
    }

    private List<OperationView> ofKind(String kind) {
        return daemon.toolstack().operations().stream()
                .filter(o -> o.kind().equals(kind))
                .toList();
    }

    /** Asks for it, lets what was held go on when that has been told to end, and looks whether the guest is gone for good. */
    private OperationView destroysWhatIsHeld(String reference) {
        OperationView asked = daemon.toolstack().act(reference, new DomainAction.Destroy());
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.toolstack().operation(asked.id()).step().startsWith("cancelling"));
        letGo.countDown();
        OperationView last = daemon.end(asked);
        assertThat(last.failure()).isEmpty();
        staysGone();
        return last;
    }

    private void staysGone() {
        daemon.requireLeft(empty, "afterwards");
        int before = daemon.toolstack().operations().size();
        daemon.killAndStart();
        daemon.nudge();
        daemon.awaitQuiet();
        assertThat(daemon.toolstack().operations()).hasSize(before);
        daemon.requireLeft(empty, "afterwards");
        assertThatThrownBy(() -> daemon.act("g", new DomainAction.Destroy()))
                .isInstanceOf(ToolstackException.DomainNotFound.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hypervisor.destroy",
                "guestBuilder.createShell",
                "guestBuilder.build",
                "store.introduce",
                "hypervisor.unpause"
            })
    void inTheMiddleOfARestart_guestIsGoneAndStaysSo(String call) {
        crashAndHold(made("on_crash = \"restart\""), call);
        OperationView last = destroysWhatIsHeld("g");

        assertThat(last.domainName()).isEqualTo("g");
        assertThat(ofKind("restart"))
                .singleElement()
                .satisfies(o -> assertThat(o.status()).as("%s", o).isIn(Status.CANCELLED, Status.SUCCEEDED));
    }

    @Test
    void betweenTwoLives_isFoundByItsUuidToo() {
        DomainView before = made("on_crash = \"restart\"");
        crashAndHold(before, "guestBuilder.createShell");
        assertThat(daemon.toolstack().listDomains()).hasSize(1);

        destroysWhatIsHeld(before.uuid());
    }

    @Test
    void inTheMiddleOfARenameRestart_keptOneStays() {
        DomainView before = made("on_crash = \"rename-restart\"");
        crashAndHold(before, "guestBuilder.build");
        OperationView asked = daemon.toolstack().act("g", new DomainAction.Destroy());
        letGo.countDown();

        assertThat(daemon.end(asked).failure()).isEmpty();
        assertThat(daemon.find("g")).isEmpty();
        DomainView kept = daemon.toolstack().requireDomain(Integer.toString(before.domid()));
        assertThat(kept.name()).startsWith("g-");
        assertThat(daemon.act(kept.name(), new DomainAction.Destroy()).failure())
                .isEmpty();
        staysGone();
    }

    @Test
    void inTheMiddleOfACoreDump_guestIsGoneAndNoHalfCoreIsLeft() {
        crashAndHold(made("on_crash = \"coredump-restart\""), "coreDumps.piece 2");
        destroysWhatIsHeld("g");

        assertThat(daemon.world().cores()).isEmpty();
        assertThat(ofKind("restart")).isEmpty();
    }

    @Test
    void whileItsRestartIsDelayed_guestIsGoneAndStaysSo() {
        assertThat(daemon.create(SimulatedDaemon.configuration(
                                "g", "pvh", "extra = \"sim=crash\"\non_crash = \"restart\""))
                        .failure())
                .isEmpty();
        await().atMost(SimulatedDaemon.SOON).until(() -> {
            daemon.nudge();
            return daemon.find("g")
                    .flatMap(DomainView::restarts)
                    .flatMap(DomainView.Restarts::notBefore)
                    .isPresent();
        });

        assertThat(daemon.act("g", new DomainAction.Destroy()).failure()).isEmpty();
        staysGone();
    }

    @Test
    void restartThatAKilledJxldTakesUp_guestIsGoneAndStaysSo() {
        DomainView before = made("on_crash = \"restart\"");
        daemon.world().faults().atNext("guestBuilder.build", Moment.BEFORE, call -> {
            held.countDown();
            daemon.host().killFault().strike(call);
        });
        daemon.world().stopGuest(new DomainId(before.domid()), ShutdownReason.CRASH);
        awaitHeld();
        daemon.kill();
        hold("guestBuilder.createShell");
        daemon.startAgain();
        awaitHeld();
        assertThat(ofKind("restart")).hasSize(2);

        destroysWhatIsHeld("g");
    }

    @Test
    void killedWhileTheRestartEnds_nextLifeFinishesIt() {
        crashAndHold(made("on_crash = \"restart\""), "guestBuilder.build");
        OperationView asked = daemon.toolstack().act("g", new DomainAction.Destroy());
        daemon.kill();
        letGo.countDown();
        daemon.startAgain();

        daemon.awaitQuiet();
        assertThat(daemon.toolstack().operation(asked.id()).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(ofKind("restart")).hasSize(1);
        staysGone();
    }

    @Test
    void persistentGuest_keepsItsDefinition() {
        daemon.toolstack()
                .definitions()
                .define(
                        SimulatedDaemon.request(SimulatedDaemon.configuration("g", "pvh", "on_crash = \"restart\"")),
                        Condition.NONE);
        assertThat(daemon.end(daemon.toolstack().definitions().start("g", false, false))
                        .failure())
                .isEmpty();
        daemon.awaitReady("g");
        crashAndHold(daemon.find("g").orElseThrow(), "guestBuilder.build");
        destroysWhatIsHeld("g");

        assertThat(daemon.toolstack().definitions().require("g").name()).isEqualTo("g");
        assertThat(daemon.end(daemon.toolstack().definitions().start("g", false, false))
                        .failure())
                .isEmpty();
    }

    @Test
    void restartThatAUserAskedFor_isNotOverruled() {
        DomainView before = made("on_crash = \"preserve\"");
        daemon.world().stopGuest(new DomainId(before.domid()), ShutdownReason.CRASH);
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find("g").orElseThrow().state().equals("shutdown"));
        hold("guestBuilder.createShell");
        OperationView asked = daemon.toolstack().definitions().start("g", false, false);
        awaitHeld();

        assertThatThrownBy(() -> daemon.toolstack().act("g", new DomainAction.Destroy()))
                .isInstanceOf(ToolstackException.DomainBusy.class)
                .hasMessageContaining("restart is under way")
                .hasMessageContaining(asked.id());
        letGo.countDown();
        assertThat(daemon.end(asked).failure()).isEmpty();
    }

    @Test
    void secondDestroyWhileTheFirstWaits_isToldOfTheFirst() {
        crashAndHold(made("on_crash = \"restart\""), "guestBuilder.build");
        OperationView first = daemon.toolstack().act("g", new DomainAction.Destroy());

        assertThatThrownBy(() -> daemon.toolstack().act("g", new DomainAction.Destroy()))
                .isInstanceOf(ToolstackException.DomainBusy.class)
                .hasMessageContaining("destroy is under way")
                .hasMessageContaining(first.id());
        letGo.countDown();
        assertThat(daemon.end(first).failure()).isEmpty();
        staysGone();
    }

    /** At each call of a restart to the host, one after the other, until a restart has no more. */
    @Test
    void atEveryCallOfARestart_guestIsGoneAndStaysSo() {
        int calls = 0;
        boolean struck = true;
        daemon.world().faults().countOnly(thread -> thread.getName().startsWith("operation"));
        while (struck) {
            struck = destroyedAtCall(++calls);
        }
        System.out.println("enumeration: destroy at " + (calls - 1) + " calls of a restart, nothing left");
        assertThat(calls).isGreaterThan(30);
    }

    private boolean destroyedAtCall(int k) {
        DomainView before = made("on_crash = \"restart\"");
        daemon.world().faults().reset();
        StringBuilder where = new StringBuilder("destroy at call " + k);
        daemon.world().faults().at(k, Moment.BEFORE, call -> {
            where.append(" (").append(call.name()).append(')');
            OperationView _ = daemon.toolstack().act("g", new DomainAction.Destroy());
        });
        daemon.world().stopGuest(new DomainId(before.domid()), ShutdownReason.CRASH);
        SimulatedDaemon.soon(where.toString())
                .until(() -> daemon.world().faults().struck() > 0
                        || daemon.find("g")
                                .filter(d ->
                                        d.domid() != before.domid() && d.state().equals("running"))
                                .isPresent());
        boolean struck = daemon.world().faults().struck() > 0;
        daemon.awaitQuiet();
        daemon.world().faults().reset();
        if (!struck) {
            assertThat(daemon.act("g", new DomainAction.Destroy()).failure()).isEmpty();
        }
        assertThat(daemon.find("g")).as("%s", where).isEmpty();
        daemon.requireLeft(empty, where);
        Optional<OperationView> failed = ofKind("destroy").stream()
                .filter(o -> o.status() != Status.SUCCEEDED)
                .findFirst();
        assertThat(failed).as("%s", where).isEmpty();
        return struck;
    }
}
