package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.BackendBehaviour;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest has asked for a soft reset, as Linux does for kexec: it goes on in its memory, or is made anew and that is said. */
@Timeout(120)
class SoftResetOnSimTest extends OneDriverDomain {
    private DomainView made(String configuration) {
        assertThat(daemon.create(configuration).failure()).isEmpty();
        daemon.awaitReady("g");
        return daemon.find("g").orElseThrow();
    }

    private DomainView hvm(String more) {
        return made(SimulatedDaemon.configuration("g", "hvm", more));
    }

    private void stop(DomainView guest, ShutdownReason reason) {
        daemon.world().stopGuest(new DomainId(guest.domid()), reason);
    }

    /** Waits until it has come up so many times under that number, and nothing is done about it any more. */
    private DomainView awaitBoots(DomainId domain, int times) {
        SimulatedDaemon.soon("boot " + times + " of domain " + domain).until(() -> {
            daemon.nudge();
            return daemon.world().consoleText(domain).split("GUEST-READY", -1).length > times
                    && daemon.find("g")
                            .filter(g ->
                                    g.state().equals("running") && g.operation().isEmpty())
                            .isPresent();
        });
        return daemon.find("g").orElseThrow();
    }

    private DomainView awaitMadeAnew(DomainView before, String why) {
        assertThat(awaitEvent("domain.soft-reset-failed").data().get("why")).contains(why);
        SimulatedDaemon.soon("made anew").until(() -> {
            daemon.nudge();
            return daemon.find("g")
                    .filter(g -> g.domid() != before.domid()
                            && g.state().equals("running")
                            && g.operation().isEmpty())
                    .isPresent();
        });
        daemon.awaitReady("g");
        assertThat(events("domain.soft-reset")).isEmpty();
        assertThat(daemon.find("g").orElseThrow().uuid()).isEqualTo(before.uuid());
        return daemon.find("g").orElseThrow();
    }

    private Optional<String> node(DomainView guest, String path) {
        try (MemoryXenStore store = daemon.world().storeAs(DomainId.DOM0)) {
            return store.find("/local/domain/" + guest.domid() + path);
        }
    }

    private List<OperationView> operations(String kind) {
        return daemon.toolstack().operations().stream()
                .filter(o -> o.kind().equals(kind))
                .toList();
    }

    private void requireNothingLeftAfterDestroy() {
        assertThat(daemon.act("g", new DomainAction.Destroy()).failure()).isEmpty();
        daemon.requireLeft(empty, "afterwards");
        assertThat(daemon.world().savedGuests()).isEmpty();
    }

    @Test
    void hvmGuest_goesOnUnderItsNumberWithItsMemoryItsDevicesAndItsTerminal() {
        DomainView before = hvm("");
        Optional<String> terminal = node(before, "/console/tty");
        stop(before, ShutdownReason.SOFT_RESET);

        DomainView after = awaitBoots(new DomainId(before.domid()), 2);
        assertThat(after.domid()).isEqualTo(before.domid());
        assertThat(after.uuid()).isEqualTo(before.uuid());
        assertThat(after.memoryKib()).isEqualTo(before.memoryKib());
        assertThat(terminal.orElseThrow()).startsWith("/dev/pts/");
        assertThat(node(after, "/console/tty")).isEqualTo(terminal);
        assertThat(node(after, "/device/vbd/51712/state")).contains("4");
        assertThat(node(after, "/device/vif/0/state")).contains("4");
        assertThat(daemon.world().leftovers().deviceModels()).hasSize(1);
        assertThat(operations("soft-reset"))
                .singleElement()
                .satisfies(o -> assertThat(o.status()).isEqualTo(Status.SUCCEEDED));
        assertThat(operations("restart")).isEmpty();
        assertThat(events("domain.soft-reset"))
                .singleElement()
                .satisfies(e -> assertThat(e.domid()).isEqualTo(before.domid()));
        assertThat(events("domain.created")).hasSize(1);
        requireNothingLeftAfterDestroy();
    }

    @Test
    void hvmGuestThatIsReset_isSavedResetAgainAndStopsAsAnyOther() {
        DomainView guest = hvm("");
        DomainId domain = new DomainId(guest.domid());
        stop(guest, ShutdownReason.SOFT_RESET);
        awaitBoots(domain, 2);
        stop(guest, ShutdownReason.SOFT_RESET);
        awaitBoots(domain, 3);
        assertThat(daemon.find("g").orElseThrow().restarts().orElseThrow().quickStops())
                .isEqualTo(2);

        stop(guest, ShutdownReason.POWEROFF);
        SimulatedDaemon.soon().until(() -> {
            daemon.nudge();
            return daemon.find("g").isEmpty();
        });
        daemon.requireLeft(empty, "afterwards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh"})
    void guestOfAnotherType_isMadeAnewAndThatIsSaid(String type) {
        DomainView before = made(SimulatedDaemon.configuration("g", type, ""));
        stop(before, ShutdownReason.SOFT_RESET);

        awaitMadeAnew(before, "only HVM guests can be reset, and it is " + type);
        assertThat(events("domain.rebooted"))
                .singleElement()
                .satisfies(e -> assertThat(e.data().get("why")).contains("soft-reset", "only HVM guests"));
        requireNothingLeftAfterDestroy();
    }

    @Test
    void guestWithALockedUpDeviceModelAndADisk_isMadeAnew() {
        DomainView before = hvm("dm_restrict = 1");
        stop(before, ShutdownReason.SOFT_RESET);
        awaitMadeAnew(before, "dm_restrict");
    }

    @Test
    void guestWithALockedUpDeviceModel_goesOn() {
        DomainView before = hvm("dm_restrict = 1; disk = []");
        stop(before, ShutdownReason.SOFT_RESET);
        assertThat(awaitBoots(new DomainId(before.domid()), 2).domid()).isEqualTo(before.domid());
        requireNothingLeftAfterDestroy();
    }

    @Test
    void guestWithAPciDevice_isMadeAnewAndHasItAgain() {
        String card = "0000:03:00.0";
        assertThat(daemon.end(daemon.toolstack().pci().makeAssignable(card, Optional.empty(), false))
                        .failure())
                .isEmpty();
        DomainView before = hvm("pci = [ \"" + card + "\" ]");
        stop(before, ShutdownReason.SOFT_RESET);
        awaitMadeAnew(before, "PCI devices");
    }

    @Test
    void guestOfADriverDomain_isMadeAnew() {
        DomainId _ = driverWith("jxl", "");
        DomainView before = made(client("").replace("pvh", "hvm").replace("\"client\"", "\"g\""));
        stop(before, ShutdownReason.SOFT_RESET);
        awaitMadeAnew(before, "driver domain");
    }

    @Test
    void deviceModelThatDoesNotWriteItsState_guestIsMadeAnew() {
        daemon.world().qemus().answerWith("xen-save-devices-state", (domain, arguments) -> {
            throw new ToolstackException.DeviceModelFailed("asking", "No space left on device", null);
        });
        DomainView before = hvm("");
        stop(before, ShutdownReason.SOFT_RESET);
        awaitMadeAnew(before, "No space left");
        requireNothingLeftAfterDestroy();
    }

    @Test
    void deviceModelThatHadToBeKilled_guestIsMadeAnew() {
        DomainView before = hvm("");
        daemon.world().qemus().endOnlyWhenKilled();
        stop(before, ShutdownReason.SOFT_RESET);
        awaitMadeAnew(before, "before it was killed");
        requireNothingLeftAfterDestroy();
    }

    @Test
    void backendThatDoesNotLetGo_guestIsMadeAnew() {
        DomainView before = hvm("");
        daemon.world().behave("vif", BackendBehaviour.NEVER_CLOSES);
        stop(before, ShutdownReason.SOFT_RESET);
        awaitMadeAnew(before, "did not let go of its memory");
        daemon.world().behave("vif", BackendBehaviour.NORMAL);
        requireNothingLeftAfterDestroy();
    }

    @ParameterizedTest
    @CsvSource({"hypervisor.softReset, BEFORE", "hypervisor.softReset, AFTER", "guestBuilder.keep, BEFORE"})
    void xenRefuses_guestIsMadeAnew(String call, Moment moment) {
        DomainView before = hvm("");
        daemon.world().faults().atNext(call, moment, c -> {
            throw new ToolstackException.HypercallRefused("xc_domain_soft_reset failed: EAGAIN", null);
        });
        stop(before, ShutdownReason.SOFT_RESET);
        awaitMadeAnew(before, "EAGAIN");
        requireNothingLeftAfterDestroy();
    }

    private void kill(DomainView guest, String call, Moment moment) {
        daemon.world().faults().atNext(call, moment, daemon.host().killFault());
        stop(guest, ShutdownReason.SOFT_RESET);
        SimulatedDaemon.soon("kill").until(() -> {
            daemon.nudge();
            return daemon.world().faults().struck() > 0;
        });
        daemon.killAndStart();
    }

    @Test
    void jxldKilledBeforeAnythingWasTaken_nextOneResetsIt() {
        DomainView before = hvm("");
        DomainId domain = new DomainId(before.domid());
        kill(before, "deviceModel.saveState " + domain, Moment.AFTER);

        assertThat(awaitBoots(domain, 2).domid()).isEqualTo(before.domid());
        assertThat(events("domain.soft-reset-failed")).isEmpty();
        requireNothingLeftAfterDestroy();
    }

    @Test
    void jxldKilledAfterThat_nextOneMakesItAnewAndSaysSo() {
        DomainView before = hvm("");
        kill(before, "guestBuilder.keep", Moment.BEFORE);

        awaitMadeAnew(before, "jxld ended while ");
        requireNothingLeftAfterDestroy();
    }

    @Test
    void actionIsAnother_thatIsDone() {
        DomainView guest = hvm("on_soft_reset = \"destroy\"");
        stop(guest, ShutdownReason.SOFT_RESET);
        SimulatedDaemon.soon().until(() -> {
            daemon.nudge();
            return daemon.find("g").isEmpty();
        });
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void neitherResetNorMadeAnew_isTriedAgain() {
        DomainView before = hvm("");
        daemon.world()
                .faults()
                .atNext(
                        "hypervisor.softReset",
                        Moment.BEFORE,
                        c -> daemon.world().removeBridge("xenbr0"));
        stop(before, ShutdownReason.SOFT_RESET);
        awaitEvent("domain.restart-delayed");
        daemon.world().addBridge("xenbr0");
        awaitMadeAnew(before, "");
    }
}
