package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainAction.Save;
import dev.jxl.xld.api.DomainAction.Save.Afterwards;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that go to files and come back, through the toolstack's interface, on the simulated machine. */
@Timeout(120)
class SaveOnSimTest {
    private static final Path FILE = Path.of("/var/tmp/web.save");

    @TempDir
    Path folder;

    private SimulatedDaemon daemon;
    private SimLeftovers empty;

    @BeforeEach
    void start() {
        daemon = new SimulatedDaemon(folder, SimSettings.standard());
        empty = daemon.world().leftovers();
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private DomainView guest(String type, String more) {
        OperationView made = daemon.create(SimulatedDaemon.configuration("web", type, more));
        assertThat(made.failure()).isEmpty();
        daemon.awaitReady("web");
        return daemon.find("web").orElseThrow();
    }

    private OperationView save(Afterwards then) {
        return daemon.act("web", new Save(FILE, then));
    }

    @ParameterizedTest
    @CsvSource({"pv, ''", "pvh, ''", "hvm, ''", "hvm, dm_restrict = 1; disk = []"})
    void savedGuest_isInItsFileAndComesBackAsItWas(String type, String more) {
        DomainView before = guest(type, more);
        assertThat(save(Afterwards.DESTROY).failure()).isEmpty();
        assertThat(daemon.find("web")).isEmpty();
        daemon.requireLeft(empty, "afterwards");
        assertThat(daemon.world().savedGuests()).containsExactly(FILE);

        OperationView restored = daemon.end(daemon.toolstack().restore(FILE, false));

        assertThat(restored.failure()).isEmpty();
        DomainView after = daemon.find("web").orElseThrow();
        assertThat(after.uuid()).isEqualTo(before.uuid());
        assertThat(after.domid()).isNotEqualTo(before.domid());
        assertThat(after.state()).isEqualTo("running");
        assertThat(after.managedBy()).isEqualTo("jxl");
        // It has not booted again: it went on.
        assertThat(daemon.world().consoleText(new DomainId(after.domid()))).doesNotContain("GUEST-READY");
        assertThat(daemon.world().savedGuests()).containsExactly(FILE);
    }

    @ParameterizedTest
    @CsvSource({"RUN, running", "PAUSE, paused"})
    void copiedGuest_goesOn(Afterwards then, String state) {
        DomainView before = guest("pvh", "");
        assertThat(save(then).failure()).isEmpty();
        DomainView after = daemon.find("web").orElseThrow();
        assertThat(after.domid()).isEqualTo(before.domid());
        assertThat(after.state()).isEqualTo(state);
        assertThat(daemon.world().savedGuests()).containsExactly(FILE);
    }

    @Test
    void deviceModelThatDoesNotWriteItsState_guestGoesOnAndNothingIsLeft() {
        DomainView before = guest("hvm", "");
        daemon.world().qemus().answerWith("xen-save-devices-state", (domain, arguments) -> {
            throw new ToolstackException.DeviceModelFailed("asking for its state", "No space left on device", null);
        });
        assertThat(save(Afterwards.DESTROY).failure().orElseThrow().message()).contains("No space left on device");
        DomainView after = daemon.find("web").orElseThrow();
        assertThat(after.domid()).isEqualTo(before.domid());
        assertThat(after.state()).isEqualTo("running");
        assertThat(daemon.world().savedGuests()).isEmpty();
    }

    /** A guest without its device model is the supervisor's business; it is none to keep jxld from starting. */
    @Test
    void deviceModelDeadWhenJxldComesBackInTheMiddle_jxldStartsAndTheGuestIsLetGoOn() {
        DomainView before = guest("hvm", "on_device_model_crash = \"preserve\"");
        DomainId domid = new DomainId(before.domid());
        killInTheMiddleOfASave(domid);
        daemon.world().qemus().die(domid, "killed");

        daemon.startAgain();

        daemon.awaitQuiet();
        assertThat(daemon.find("web").orElseThrow().state()).isEqualTo("running");
        assertThat(daemon.world().savedGuests()).isEmpty();
    }

    /** One guest that Xen does not let go on is no reason to leave all others alone. */
    @Test
    void xenRefusesToLetTheGuestGoOnWhenJxldComesBack_jxldStartsAndItIsSaid() {
        DomainId domid = new DomainId(guest("hvm", "").domid());
        killInTheMiddleOfASave(domid);
        daemon.world()
                .faults()
                .atEach(
                        "hypervisor.resume " + domid,
                        Moment.BEFORE,
                        SimFaults.fail(
                                call -> new ToolstackException.HypercallRefused("Xen refused it: EINVAL", null)));

        daemon.startAgain();

        OperationView save = daemon.toolstack().operations().stream()
                .filter(o -> o.kind().equals("save"))
                .findFirst()
                .orElseThrow();
        assertThat(save.failure().orElseThrow().message()).contains("Xen refused it: EINVAL", "jxl resume web");
        assertThat(daemon.toolstack().doctor().examine().findings())
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.code()).isEqualTo("domain-left-stopped");
                    assertThat(f.meaning()).contains("suspend", "EINVAL");
                    assertThat(f.advice()).contains("jxl resume web");
                });
        try (EventSubscription events = daemon.toolstack().events(0)) {
            await().atMost(SimulatedDaemon.SOON)
                    .until(() -> events.next(SimulatedDaemon.POLL)
                            .filter(e -> e.type().equals("domain.left-stopped"))
                            .isPresent());
        }
        assertThat(daemon.world().savedGuests()).isEmpty();
        daemon.world().faults().reset();
        assertThat(daemon.act("web", new DomainAction.Resume()).failure()).isEmpty();
        assertThat(daemon.toolstack().doctor().examine().findings()).isEmpty();
    }

    private void killInTheMiddleOfASave(DomainId domid) {
        daemon.world()
                .faults()
                .at(
                        "deviceModel.saveState " + domid,
                        1,
                        Moment.BEFORE,
                        call -> daemon.host().killFault().strike(call));
        OperationView _ = daemon.toolstack().act("web", new Save(FILE, Afterwards.DESTROY));
        await().atMost(SimulatedDaemon.SOON).until(() -> daemon.world().faults().struck() > 0);
        daemon.kill();
        daemon.world().faults().reset();
    }

    /** A guest follows a request that it has taken when it is ready to, whoever has died meanwhile. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void jxldKilledBeforeTheGuestHasFollowedItsRequest_guestGoesOnWhenItHas(int kills) {
        DomainId domid = new DomainId(guest("pvh", "extra = \"sim=late\"").domid());
        OperationView _ = daemon.toolstack().act("web", new Save(FILE, Afterwards.DESTROY));
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(domid).contains("asked to suspend"));
        for (int i = 0; i < kills; i++) {
            daemon.killAndStart();
        }
        assertThat(daemon.find("web").orElseThrow().state()).isEqualTo("running");

        try (MemoryXenStore store = daemon.world().storeAs(domid)) {
            store.write("/local/domain/" + domid + "/data/go", "1");
        }

        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(domid).contains("resumed"));
        daemon.awaitQuiet();
        assertThat(daemon.find("web").orElseThrow().state()).isEqualTo("running");
        assertThat(daemon.world().savedGuests()).isEmpty();
        assertThat(save(Afterwards.RUN).failure()).isEmpty();
    }

    /** Nobody waits a minute for a guest that is being waited for. */
    @Test
    void destroyWhileTheGuestIsWaitedFor_isDoneAtOnce() {
        DomainId domid = new DomainId(guest("pvh", "extra = \"sim=late\"").domid());
        OperationView _ = daemon.toolstack().act("web", new Save(FILE, Afterwards.DESTROY));
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(domid).contains("asked to suspend"));
        daemon.killAndStart();

        assertThat(daemon.act("web", new DomainAction.Destroy()).failure()).isEmpty();

        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void restoredBesideTheGuestItself_isRefused() {
        guest("pvh", "");
        save(Afterwards.RUN);
        assertThatThrownBy(() -> daemon.toolstack().restore(FILE, false))
                .isInstanceOf(ToolstackException.NameInUse.class)
                .hasMessageContaining("web");
    }

    @Test
    void restoredPaused_waits() {
        guest("pvh", "");
        save(Afterwards.DESTROY);
        assertThat(daemon.end(daemon.toolstack().restore(FILE, true)).failure()).isEmpty();
        assertThat(daemon.find("web").orElseThrow().flags()).contains("p");
    }

    @Test
    void lockedUpDeviceModelWithADisk_isNotSaved_forItCouldNotGoOn() {
        guest("hvm", "dm_restrict = 1");
        assertThatThrownBy(() -> save(Afterwards.DESTROY))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("dm_restrict");
    }

    @Test
    void whatCannotBeSaved_isRefusedWithItsReason() {
        guest("pvh", SimulatedDaemon.UNSAVABLE);
        assertThatThrownBy(() -> save(Afterwards.DESTROY))
                .isInstanceOf(ToolstackException.WrongState.class)
                .hasMessageContaining("virtual NUMA nodes");
        assertThatThrownBy(() -> daemon.act("web", new Save(Path.of("web.save"), Afterwards.RUN)))
                .isInstanceOf(ToolstackException.FileFailed.class)
                .hasMessageContaining("whole path");
        assertThatThrownBy(() -> daemon.act("web", new Save(folder, Afterwards.RUN)))
                .isInstanceOf(ToolstackException.FileFailed.class)
                .hasMessageContaining(folder.toString());
        assertThat(daemon.find("web").orElseThrow().state()).isEqualTo("running");
    }

    @Test
    void fileThatIsNotThere_isSaidAndNothingIsMade() {
        assertThatThrownBy(() -> daemon.toolstack().restore(Path.of("/var/tmp/none"), false))
                .isInstanceOf(ToolstackException.FileFailed.class)
                .hasMessageContaining("/var/tmp/none");
        daemon.requireLeft(empty, "afterwards");
    }
}
