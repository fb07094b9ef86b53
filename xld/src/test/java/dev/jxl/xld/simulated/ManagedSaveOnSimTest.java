package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.config.DomainId;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.Definitions;
import dev.jxl.xld.api.Definitions.Condition;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Save;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that are saved when the host stops, and go on when it starts. */
@Timeout(120)
class ManagedSaveOnSimTest extends OneSimulatedHost {
    static final String SAVED = "on_host_stop = \"save\"";

    private Definitions definitions() {
        return daemon.toolstack().definitions();
    }

    /** Gives its UUID. */
    private String running(String name, String type, String more) {
        String uuid = definitions()
                .define(SimulatedDaemon.request(SimulatedDaemon.configuration(name, type, more)), Condition.NONE)
                .uuid();
        succeeds(definitions().start(name, false, false));
        daemon.awaitReady(name);
        return uuid;
    }

    private OperationView succeeds(OperationView begun) {
        OperationView last = daemon.end(begun);
        assertThat(last.failure()).isEmpty();
        return last;
    }

    private void stopHost() {
        succeeds(definitions().stopAll(Duration.ofSeconds(60), false));
    }

    private static Path fileOf(String uuid) {
        return SimulatedDaemon.STATE.resolve("saves").resolve(uuid + ".save");
    }

    private boolean booted(String name) {
        DomainId domain = new DomainId(daemon.find(name).orElseThrow().domid());
        return daemon.world().consoleText(domain).contains("GUEST-READY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh", "hvm"})
    void markedGuest_isSavedAndGoesOnAtTheNextStartEvenWithoutAutostart(String type) {
        String uuid = running("web", type, SAVED + "\non_device_model_crash = \"restart\"");
        running("other", "pvh", "");

        stopHost();

        daemon.requireLeft(empty, "afterwards");
        assertThat(daemon.world().savedGuests()).containsExactly(fileOf(uuid));
        assertThat(definitions().require("web").saved()).isTrue();
        daemon.killAndStart();
        assertThat(definitions().require("web").saved()).isTrue();

        succeeds(definitions().startAll());

        assertThat(daemon.find("other")).isEmpty();
        assertThat(daemon.find("web").orElseThrow().uuid()).isEqualTo(uuid);
        assertThat(daemon.find("web").orElseThrow().state()).isEqualTo("running");
        assertThat(booted("web")).isFalse();
        assertThat(definitions().require("web").saved()).isFalse();
        assertThat(daemon.world().savedGuests()).isEmpty();
        // What is jxl's own does not stand in the file.
        stopHost();
        assertThat(daemon.world().savedGuests()).containsExactly(fileOf(uuid));
    }

    @Test
    void guestThatCannotBeSaved_isShutDownAndAnEventSaysWhy() {
        running("web", "pvh", SAVED);
        daemon.world()
                .faults()
                .atNext(
                        "streams.piece",
                        Moment.BEFORE,
                        SimFaults.fail(call -> new ToolstackException.FileFailed("No space left on device", null)));
        long before = daemon.toolstack().lastEventId();

        stopHost();

        assertThat(daemon.eventsAfter(before)).contains("domain.save-failed web");
        daemon.requireLeft(empty, "afterwards");
        assertThat(daemon.world().savedGuests()).isEmpty();
        succeeds(definitions().start("web", false, false));
        daemon.awaitReady("web");
    }

    @Test
    void guestThatNobodyMaySave_isShutDown() {
        running("web", "pvh", SAVED + "\n" + SimulatedDaemon.UNSAVABLE);
        long before = daemon.toolstack().lastEventId();
        stopHost();
        assertThat(daemon.eventsAfter(before)).contains("domain.save-failed web");
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void pausedGuest_isSavedToo() {
        String uuid = running("web", "pvh", SAVED);
        succeeds(daemon.toolstack().act("web", new DomainAction.Pause()));
        stopHost();
        assertThat(daemon.world().savedGuests()).containsExactly(fileOf(uuid));
    }

    @Test
    void fileThatIsGone_guestBootsAndIsToldWhy() {
        running("web", "pvh", SAVED);
        stopHost();
        daemon.world().removeFiles();
        long before = daemon.toolstack().lastEventId();

        OperationView last = succeeds(definitions().start("web", false, false));

        assertThat(last.warnings().stream().map(SpecProblem::message))
                .singleElement()
                .asString()
                .contains("'web' boots", ".save");
        assertThat(daemon.eventsAfter(before)).contains("domain.save-unusable web");
        daemon.awaitReady("web");
        assertThat(definitions().require("web").saved()).isFalse();
    }

    @Test
    void fileWithAnotherGuest_isNotUsed() {
        String uuid = running("web", "pvh", SAVED);
        stopHost();
        running("other", "pvh", "");
        succeeds(daemon.toolstack().act("other", new Save(fileOf(uuid), Save.Afterwards.RUN)));

        OperationView last = succeeds(definitions().start("web", false, false));

        assertThat(last.warnings().getFirst().message()).contains("another guest", "'other'");
        daemon.awaitReady("web");
        assertThat(daemon.world().savedGuests()).isEmpty();
    }

    @Test
    void startWithDiscardedSave_boots() {
        running("web", "pvh", SAVED);
        stopHost();
        succeeds(definitions().start("web", false, true));
        daemon.awaitReady("web");
        assertThat(daemon.world().savedGuests()).isEmpty();
        assertThat(definitions().require("web").saved()).isFalse();
    }

    @Test
    void startPaused_fileIsSpent() {
        running("web", "pvh", SAVED);
        stopHost();
        succeeds(definitions().start("web", true, false));
        assertThat(daemon.find("web").orElseThrow().flags()).contains("p");
        assertThat(daemon.world().savedGuests()).isEmpty();
        succeeds(daemon.toolstack().act("web", new DomainAction.Unpause()));
        assertThat(booted("web")).isFalse();
    }

    /** Whoever makes the guest in another way: its disks are newer than the file then. */
    @Test
    void guestMadeByCreate_fileIsSpent() {
        String uuid = running("web", "pvh", SAVED);
        stopHost();
        assertThat(daemon.create(SimulatedDaemon.configuration("web", "pvh", "uuid = \"" + uuid + "\""))
                        .failure())
                .isEmpty();
        assertThat(daemon.world().savedGuests()).isEmpty();
        assertThat(definitions().require("web").saved()).isFalse();
    }

    @Test
    void startThatFails_fileStaysForTheNext() {
        String uuid = running("web", "pvh", SAVED);
        stopHost();
        daemon.world()
                .faults()
                .atNext(
                        "hypervisor.unpause",
                        Moment.BEFORE,
                        SimFaults.fail(call -> new ToolstackException.HypercallRefused("injected", null)));
        assertThat(daemon.end(definitions().start("web", false, false)).failure())
                .isPresent();
        assertThat(daemon.world().savedGuests()).containsExactly(fileOf(uuid));
        assertThat(definitions().require("web").saved()).isTrue();
        succeeds(definitions().start("web", false, false));
        assertThat(booted("web")).isFalse();
    }

    @Test
    void undefined_onlyWithWhatIsSaved() {
        running("web", "pvh", SAVED);
        stopHost();
        assertThatThrownBy(() -> definitions().undefine("web", Condition.NONE, false))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("--discard-save");
        definitions().undefine("web", Condition.NONE, true);
        assertThat(definitions().list()).isEmpty();
        assertThat(daemon.world().savedGuests()).isEmpty();
    }
}
