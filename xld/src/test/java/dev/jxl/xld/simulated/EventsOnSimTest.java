package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every change of a domain's state is told: once, in order, whoever made it, whether or not jxld lived at that moment. */
@Timeout(120)
class EventsOnSimTest extends OneSimulatedHost {
    private static final String[] MADE = {"domain.created shell", "domain.state built"};

    private EventSubscription events;
    private long seen;

    @BeforeEach
    void prepare() {
        events = daemon.toolstack().events(0);
    }

    @AfterEach
    void letGoOfAll() {
        events.close();
    }

    /** What is told of domains up to an event of that type, each as type and state (and reason); without the operations. */
    private List<String> toldUntil(String last) {
        List<String> told = new ArrayList<>();
        while (true) {
            DomainEvent e = events.next(SimulatedDaemon.SOON).orElseThrow(() -> new AssertionError("no more: " + told));
            assertThat(e.id()).as("the number after %s", seen).isEqualTo(seen + 1);
            seen = e.id();
            if (e.type().startsWith("domain.") && !e.type().equals("domain.rebooted")) {
                told.add(e.type() + " " + e.data().get("state")
                        + (e.data().containsKey("reason") ? " " + e.data().get("reason") : ""));
            }
            if (e.type().equals(last)) {
                return told;
            }
        }
    }

    private DomainView ready(String type, String more) {
        OperationView made = daemon.create(SimulatedDaemon.configuration("g", type, more));
        assertThat(made.failure()).isEmpty();
        DomainView domain = daemon.find("g").orElseThrow();
        await().atMost(SimulatedDaemon.SOON)
                .until(() ->
                        daemon.world().consoleText(new DomainId(domain.domid())).contains("GUEST-READY"));
        return domain;
    }

    @ParameterizedTest
    @CsvSource({"pv", "pvh"})
    void lifeOfAGuest_isToldInOrder(String type) {
        ready(type, "");
        daemon.act("g", new DomainAction.Pause());
        daemon.act("g", new DomainAction.Unpause());
        daemon.act("g", new DomainAction.Destroy());

        assertThat(toldUntil("domain.destroyed"))
                .containsExactly(
                        MADE[0],
                        MADE[1],
                        "domain.started running",
                        "domain.paused paused",
                        "domain.unpaused running",
                        "domain.destroyed absent");
    }

    @Test
    void pausedAtOnceAfterItsStart_isPausedAndNotNewAgain() {
        daemon.create(SimulatedDaemon.configuration("g", "pvh", ""));
        for (int i = 0; i < 20; i++) {
            daemon.act("g", new DomainAction.Pause());
            daemon.nudge();
            daemon.act("g", new DomainAction.Unpause());
        }
        daemon.act("g", new DomainAction.Destroy());

        List<String> told = toldUntil("domain.destroyed");
        assertThat(told).filteredOn("domain.paused paused"::equals).hasSize(20);
        assertThat(told).filteredOn("domain.unpaused running"::equals).hasSize(20);
        assertThat(told).hasSize(44);
    }

    @Test
    void rebootByTheGuest_oldOneStopsAndGoesNewOneComes() {
        DomainView before = ready("pvh", "");
        daemon.world().stopGuest(new DomainId(before.domid()), ShutdownReason.REBOOT);

        assertThat(toldUntil("domain.rebooted"))
                .containsExactly(
                        MADE[0],
                        MADE[1],
                        "domain.started running",
                        "domain.shutdown shutdown reboot",
                        "domain.destroyed absent",
                        MADE[0],
                        MADE[1],
                        "domain.started running");
        assertThat(daemon.find("g").orElseThrow().domid()).isGreaterThan(before.domid());
    }

    @ParameterizedTest
    @CsvSource({
        "CRASH, domain.crashed shutdown crash",
        "POWEROFF, domain.shutdown shutdown poweroff",
        "WATCHDOG, domain.shutdown shutdown watchdog"
    })
    void stopByItself_isToldBeforeItIsDestroyed(ShutdownReason reason, String told) {
        DomainView domain = ready("pv", "on_crash = \"destroy\"\non_watchdog = \"destroy\"");
        daemon.world().stopGuest(new DomainId(domain.domid()), reason);

        assertThat(toldUntil("domain.destroyed"))
                .containsExactly(MADE[0], MADE[1], "domain.started running", told, "domain.destroyed absent");
    }

    @Test
    void guestThatStopsAtOnce_hasRun() {
        daemon.create(SimulatedDaemon.configuration("g", "pvh", "extra = \"sim=poweroff\""));

        assertThat(toldUntil("domain.destroyed"))
                .containsExactly(
                        MADE[0],
                        MADE[1],
                        "domain.started running",
                        "domain.shutdown shutdown poweroff",
                        "domain.destroyed absent");
    }

    @Test
    void domainThatSomebodyHolds_isDyingAndNotMadeAgain() {
        DomainId domain = new DomainId(ready("pvh", "").domid());
        daemon.world().hold(domain, "a test");
        daemon.act("g", new DomainAction.Destroy());
        daemon.nudge();
        daemon.world().letGo(domain, "a test");

        assertThat(toldUntil("domain.destroyed"))
                .containsExactly(
                        MADE[0], MADE[1], "domain.started running", "domain.state dying", "domain.destroyed absent");
    }

    @Test
    void domainOfAnotherToolstack_isToldToo() throws Exception {
        Path of = Files.createDirectory(folder.resolve("other"));
        try (SimulatedDaemon other = new SimulatedDaemon(of, daemon.host().beside())) {
            other.create(SimulatedDaemon.configuration("g", "pvh", ""));
            awaitState("running");
            other.act("g", new DomainAction.Pause());
            awaitState("paused");
            other.act("g", new DomainAction.Unpause());
            awaitState("running");
            other.world().stopGuest(new DomainId(daemon.find("g").orElseThrow().domid()), ShutdownReason.CRASH);
            other.awaitQuiet();

            List<String> told = toldUntil("domain.destroyed");
            // What lasts for less than jxld's glance may be told or not: the shell, the pause before the end.
            told.removeIf(e -> e.equals("domain.state dying") || e.equals("domain.state built"));
            assertThat(told.getFirst()).startsWith("domain.created ");
            assertThat(told)
                    .containsSubsequence(
                            "domain.started running",
                            "domain.paused paused",
                            "domain.unpaused running",
                            "domain.crashed shutdown crash",
                            "domain.destroyed absent");
        }
    }

    private void awaitState(String state) {
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.toolstack().listDomains().stream()
                        .anyMatch(d -> d.name().equals("g") && d.state().equals(state)));
        long last = daemon.toolstack().lastEventId();
        // jxld's own look comes by itself, within its glance.
        await().atMost(SimulatedDaemon.SOON).until(() -> toldState(last).equals(state));
    }

    private String toldState(long atLeast) {
        String state = "";
        try (EventSubscription all = daemon.toolstack().events(0)) {
            long id = 0;
            while (id < Math.max(atLeast, daemon.toolstack().lastEventId())) {
                DomainEvent e = all.next(SimulatedDaemon.SOON).orElseThrow();
                id = e.id();
                state = e.data().getOrDefault("state", state);
            }
        }
        return state;
    }

    @Test
    void domainWhoseNodesGoFirst_isToldOfByItsName() {
        DomainId domain = new DomainId(ready("pvh", "").domid());
        toldUntil("domain.started");
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            store.remove("/local/domain/" + domain);
        }
        daemon.nudge();
        DomainEvent withoutNodes = nextOfADomain();
        assertThat(withoutNodes.data()).containsEntry("state", "shell");
        assertThat(withoutNodes.domainName()).isEqualTo("g");
        daemon.host().beside().hypervisor().destroy(domain);
        daemon.nudge();
        DomainEvent gone = nextOfADomain();
        assertThat(gone.type()).isEqualTo("domain.destroyed");
        assertThat(gone.domainName()).isEqualTo("g");
    }

    private DomainEvent nextOfADomain() {
        while (true) {
            DomainEvent e = events.next(SimulatedDaemon.SOON).orElseThrow();
            if (e.type().startsWith("domain.")) {
                return e;
            }
        }
    }

    @Test
    void jxldKilledAndChangesMeanwhile_areToldWhenItIsBackWithoutAGap() {
        DomainView domain = ready("pvh", "on_crash = \"destroy\"");
        assertThat(toldUntil("domain.started")).hasSize(3);
        long last = seen;
        daemon.kill();
        daemon.world().stopGuest(new DomainId(domain.domid()), ShutdownReason.CRASH);
        daemon.startAgain();
        events = daemon.toolstack().events(last);

        assertThat(toldUntil("domain.destroyed"))
                .containsExactly("domain.crashed shutdown crash", "domain.destroyed absent");
    }

    @Test
    void jxldKilledAndNothingMeanwhile_nothingIsTold() {
        ready("pvh", "");
        daemon.act("g", new DomainAction.Pause());
        daemon.killAndStart();
        daemon.act("g", new DomainAction.Unpause());
        daemon.act("g", new DomainAction.Destroy());
        seen = 0;
        events = daemon.toolstack().events(0);

        assertThat(toldUntil("domain.destroyed"))
                .containsExactly(
                        MADE[0],
                        MADE[1],
                        "domain.started running",
                        "domain.paused paused",
                        "domain.unpaused running",
                        "domain.destroyed absent");
    }

    @Test
    void numberThatASubscriberHasSeen_isOnDisk() {
        ready("pvh", "");
        toldUntil("domain.started");
        long last = seen;
        daemon.killAndStart();

        assertThat(daemon.toolstack().lastEventId()).isGreaterThanOrEqualTo(last);
        assertThat(daemon.toolstack().operations())
                .extracting(OperationView::status)
                .contains(Status.SUCCEEDED);
    }
}
