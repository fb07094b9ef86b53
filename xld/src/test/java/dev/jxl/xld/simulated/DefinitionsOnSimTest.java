package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.Definition;
import dev.jxl.xld.api.Definitions;
import dev.jxl.xld.api.Definitions.Condition;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.StartPolicy;
import dev.jxl.xld.api.StartPolicy.Ready;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Domains that stay known while they do not run, and the host's start and stop. */
@Timeout(120)
class DefinitionsOnSimTest extends OneSimulatedHost {
    private Definitions definitions() {
        return daemon.toolstack().definitions();
    }

    private Definition define(String name, String more) {
        return definitions()
                .define(SimulatedDaemon.request(SimulatedDaemon.configuration(name, "pvh", more)), Condition.NONE);
    }

    private void autostart(String name, int order, Ready ready, Duration timeout) {
        Definition _ =
                definitions().plan(name, new StartPolicy(true, order, Duration.ZERO, ready, timeout), Condition.NONE);
    }

    private List<String> stopped() {
        return definitions().listStopped().stream().map(DomainView::name).toList();
    }

    private void succeeds(OperationView begun) {
        assertThat(daemon.end(begun).failure()).isEmpty();
    }

    @Test
    void definedDomain_staysKnownOverItsEndAndJxldsEnd() {
        Definition defined = define("g", "");
        assertThat(stopped()).containsExactly("g");
        succeeds(definitions().start("g", false, false));
        DomainView running = daemon.find("g").orElseThrow();
        assertThat(running.uuid()).isEqualTo(defined.uuid());
        assertThat(running.defined()).isTrue();
        assertThat(stopped()).isEmpty();

        daemon.act("g", new DomainAction.Destroy());
        daemon.killAndStart();
        assertThat(stopped()).containsExactly("g");
        daemon.requireLeft(empty, "afterwards");
        succeeds(definitions().start("g", true, false));
        assertThat(daemon.find("g").orElseThrow().uuid()).isEqualTo(defined.uuid());
        assertThat(daemon.find("g").orElseThrow().flags()).contains("p");
    }

    @Test
    void definedAgain_keepsUuidAndAddressesAndCounts() {
        Definition first = define("g", "");
        Definition second = define("g", "extra = \"other\"");
        assertThat(second.uuid()).isEqualTo(first.uuid());
        assertThat(second.version()).isEqualTo(first.version() + 1);
        assertThat(macOf(second)).isEqualTo(macOf(first));
        assertThat(second.configuration()).contains("other");
    }

    private static String macOf(Definition definition) {
        return definition.configuration().replaceAll("(?s).*\"mac\" ?: ?\"([^\"]*)\".*", "$1");
    }

    @Test
    void runningDomainThatIsDefined_keepsItsUuid() {
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", "")).failure())
                .isEmpty();
        DomainView running = daemon.find("g").orElseThrow();
        assertThat(define("g", "").uuid()).isEqualTo(running.uuid());
        assertThat(daemon.find("g").orElseThrow().defined()).isTrue();
    }

    @Test
    void changeOfAnOldVersion_isRefused() {
        Definition first = define("g", "");
        Condition old = new Condition(Optional.empty(), Optional.of(first.version() + 1), false);
        assertThatThrownBy(() -> definitions().undefine("g", old, false))
                .isInstanceOf(ToolstackException.PreconditionFailed.class)
                .hasMessageContaining("'g'");
        Condition fresh = new Condition(Optional.empty(), Optional.empty(), true);
        assertThatThrownBy(() -> definitions()
                        .define(SimulatedDaemon.request(SimulatedDaemon.configuration("g", "pvh", "")), fresh))
                .isInstanceOf(ToolstackException.PreconditionFailed.class);
        definitions().undefine("g", new Condition(Optional.empty(), Optional.of(first.version()), false), false);
        assertThat(stopped()).isEmpty();
    }

    @Test
    void nameOfADefinedDomain_isTaken() {
        define("g", "");
        assertThatThrownBy(() -> daemon.create(SimulatedDaemon.configuration("g", "pvh", "")))
                .isInstanceOf(ToolstackException.NameInUse.class)
                .hasMessageContaining("jxl start g");
        daemon.create(SimulatedDaemon.configuration("h", "pvh", ""));
        assertThat(daemon.act("h", new DomainAction.Rename("g"))
                        .failure()
                        .orElseThrow()
                        .code())
                .isEqualTo("name-in-use");
    }

    @Test
    void renamedDomain_itsDefinitionFollows() {
        define("g", "");
        succeeds(definitions().start("g", false, false));
        succeeds(daemon.toolstack().act("g", new DomainAction.Rename("h")));
        assertThat(definitions().require("h").name()).isEqualTo("h");
        assertThatThrownBy(() -> definitions().require("g")).isInstanceOf(ToolstackException.DomainNotFound.class);
    }

    @Test
    void startOfARunningDomain_isRefused() {
        define("g", "");
        succeeds(definitions().start("g", false, false));
        assertThatThrownBy(() -> definitions().start("g", false, false))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("'g'");
    }

    @Test
    void startOfADomainThatWasLeftStopped_makesItAgain() {
        define("g", "on_crash = \"preserve\"");
        succeeds(definitions().start("g", false, false));
        DomainView before = daemon.find("g").orElseThrow();
        daemon.world().stopGuest(new DomainId(before.domid()), ShutdownReason.CRASH);
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find("g").orElseThrow().state().equals("shutdown"));
        succeeds(definitions().start("g", false, false));
        DomainView after = daemon.find("g").orElseThrow();
        assertThat(after.domid()).isNotEqualTo(before.domid());
        assertThat(after.uuid()).isEqualTo(before.uuid());
    }

    @Test
    void hostStart_oneOrderAfterTheOther() {
        define("late", "");
        define("early", "");
        define("manual", "");
        autostart("late", 20, Ready.STARTED, Duration.ofSeconds(5));
        autostart("early", 10, Ready.GUEST, Duration.ofSeconds(30));
        long before = daemon.toolstack().lastEventId();
        succeeds(definitions().startAll());
        assertThat(daemon.find("manual")).isEmpty();
        assertThat(daemon.eventsAfter(before)).containsSubsequence("domain.ready early", "domain.created late");

        succeeds(definitions().startAll());
        assertThat(daemon.toolstack().listDomains()).hasSize(3);
    }

    @Test
    void guestThatIsNeverReady_holdsTheOthersUpOnlySoLong() {
        define("hangs", "extra = \"sim=hang\"");
        define("late", "");
        autostart("hangs", 10, Ready.DRIVERS, Duration.ofSeconds(1));
        autostart("late", 20, Ready.STARTED, Duration.ofSeconds(1));
        long before = daemon.toolstack().lastEventId();
        succeeds(definitions().startAll());
        assertThat(daemon.eventsAfter(before)).containsSubsequence("domain.not-ready hangs", "domain.created late");
    }

    @Test
    void guestThatCannotBeStarted_isToldAndTheOthersRun() {
        define("bad", "kernel = \"/sim/missing\"");
        define("good", "");
        autostart("bad", 10, Ready.STARTED, Duration.ZERO);
        autostart("good", 10, Ready.STARTED, Duration.ZERO);
        OperationView last = daemon.end(definitions().startAll());
        assertThat(last.failure().orElseThrow().message()).contains("'bad'").doesNotContain("'good'");
        assertThat(daemon.find("good")).isPresent();
    }

    @Test
    void killedInTheHostsStart_goesOnInTheNextLife() {
        define("first", "");
        define("second", "");
        autostart("first", 10, Ready.GUEST, Duration.ofSeconds(30));
        autostart("second", 20, Ready.STARTED, Duration.ofSeconds(30));
        daemon.world()
                .faults()
                .atNext(
                        "store.await /local/domain/1/data/ready",
                        Moment.BEFORE,
                        daemon.host().killFault());
        OperationView _ = definitions().startAll();
        await().atMost(SimulatedDaemon.SOON).until(() -> daemon.world().faults().struck() > 0);
        daemon.killAndStart();
        await().atMost(SimulatedDaemon.SOON).until(() -> daemon.find("second").isPresent());
        assertThat(daemon.find("first").orElseThrow().domid()).isEqualTo(1);
    }

    @Test
    void hostStop_reverseOrderAndNothingStartsAgain() {
        define("a", "on_poweroff = \"restart\"");
        define("b", "");
        autostart("a", 10, Ready.GUEST, Duration.ofSeconds(30));
        autostart("b", 20, Ready.GUEST, Duration.ofSeconds(30));
        succeeds(definitions().startAll());
        long before = daemon.toolstack().lastEventId();
        succeeds(definitions().stopAll(Duration.ofSeconds(60), false));
        assertThat(daemon.eventsAfter(before)).containsSubsequence("domain.destroyed b", "domain.destroyed a");
        daemon.requireLeft(empty, "afterwards");
        assertThat(stopped()).containsExactly("a", "b");
    }

    @Test
    void hostStop_deafSuspendedAndPausedGuestsAreGoneAtTheDeadline() {
        for (String name : List.of("deaf", "suspended", "paused")) {
            define(name, name.equals("deaf") ? "extra = \"sim=ignore-shutdown\"" : "");
            autostart(name, 10, Ready.GUEST, Duration.ofSeconds(30));
        }
        succeeds(definitions().startAll());
        succeeds(daemon.toolstack().act("suspended", new DomainAction.Suspend()));
        succeeds(daemon.toolstack().act("paused", new DomainAction.Pause()));
        OperationView last = daemon.end(definitions().stopAll(Duration.ofSeconds(5), true));
        assertThat(last.status()).as(last.toString()).isEqualTo(Status.SUCCEEDED);
        daemon.requireLeft(empty, "afterwards");
    }
}
