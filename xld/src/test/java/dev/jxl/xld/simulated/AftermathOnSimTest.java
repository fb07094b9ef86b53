package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.model.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What follows when a guest stops, and what can be asked of a living one. */
@Timeout(120)
class AftermathOnSimTest extends OneSimulatedHost {
    private static final Path CORE = Path.of("/var/lib/xen/dump/g");
    private static final RestartPolicy IMPATIENT =
            new RestartPolicy(Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMillis(50), 3);

    @Override
    RestartPolicy policy() {
        return IMPATIENT;
    }

    private DomainView ready(String more) {
        OperationView made = daemon.create(SimulatedDaemon.configuration("g", "pvh", more));
        assertThat(made.failure()).isEmpty();
        DomainView domain = daemon.find("g").orElseThrow();
        awaitReady(domain.domid());
        return domain;
    }

    private void awaitReady(int domid) {
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(new DomainId(domid)).contains("GUEST-READY"));
    }

    private DomainView awaitAnotherLife(DomainView before) {
        await().atMost(SimulatedDaemon.SOON).until(() -> {
            daemon.nudge();
            return daemon.find("g")
                    .filter(d -> d.domid() != before.domid() && d.state().equals("running"))
                    .isPresent();
        });
        return daemon.find("g").orElseThrow();
    }

    private void awaitNothingLeft() {
        await().atMost(SimulatedDaemon.SOON).untilAsserted(() -> {
            daemon.nudge();
            daemon.requireLeft(empty, "afterwards");
        });
    }

    private void crash(DomainView domain) {
        daemon.world().stopGuest(new DomainId(domain.domid()), ShutdownReason.CRASH);
    }

    /** Why an action failed. */
    private OperationView.Failure failureOf(DomainAction action) {
        return daemon.act("g", action).failure().orElseThrow();
    }

    private void succeeds(String name, DomainAction action) {
        assertThat(daemon.act(name, action).failure()).isEmpty();
    }

    @Test
    void renameRestart_oldOneStaysUnderAnotherNameWithoutDevices() {
        DomainView before = ready("on_crash = \"rename-restart\"");
        crash(before);

        DomainView after = awaitAnotherLife(before);
        assertThat(after.uuid()).isEqualTo(before.uuid());
        awaitReady(after.domid());
        DomainView kept = daemon.toolstack().requireDomain(Integer.toString(before.domid()));
        assertThat(kept.name()).matches("g-[0-9]{8}T[0-9]{4}Z");
        assertThat(kept.uuid()).isNotEqualTo(before.uuid());
        assertThat(kept.state()).isEqualTo("shutdown");
        assertThat(daemon.world().leftovers().loops())
                .singleElement()
                .asString()
                .contains(after.uuid());
        succeeds(kept.name(), new DomainAction.Destroy());
        succeeds("g", new DomainAction.Destroy());
        awaitNothingLeft();
    }

    @Test
    void coredumpDestroy_coreIsThereAndNothingElse() {
        crash(ready("on_crash = \"coredump-destroy\""));

        awaitNothingLeft();
        assertThat(daemon.world().cores()).containsExactly(CORE);
    }

    @Test
    void coredumpRestart_coreIsThereAndGuestRuns() {
        DomainView before = ready("on_crash = \"coredump-restart\"");
        crash(before);

        awaitAnotherLife(before);
        assertThat(daemon.world().cores()).containsExactly(CORE);
    }

    @Test
    void coredumpOnFullDisk_noHalfFileAndGuestRunsAgain() {
        DomainView before = ready("on_crash = \"coredump-restart\"");
        daemon.world()
                .faults()
                .atNext(
                        "coreDumps.piece 2",
                        Moment.BEFORE,
                        SimFaults.fail(call -> new ToolstackException.FileFailed("No space left on device", null)));
        crash(before);

        awaitAnotherLife(before);
        assertThat(daemon.world().cores()).isEmpty();
        assertThat(daemon.toolstack().operations())
                .filteredOn(o -> o.kind().equals("dump-core"))
                .singleElement()
                .satisfies(o -> assertThat(o.failure().orElseThrow().code()).isEqualTo("file-failed"));
    }

    @Test
    void killedInACoredump_isDumpedAgainAndNoHalfIsLeft() {
        DomainView before = ready("on_crash = \"coredump-destroy\"");
        CountDownLatch killed = new CountDownLatch(1);
        SimFaults.Fault kill = daemon.host().killFault();
        daemon.world().faults().atNext("coreDumps.piece 2", Moment.AFTER, call -> {
            killed.countDown();
            kill.strike(call);
        });
        crash(before);
        await().atMost(SimulatedDaemon.SOON).until(() -> killed.getCount() == 0);
        daemon.killAndStart();

        awaitNothingLeft();
        assertThat(daemon.world().cores()).containsExactly(CORE);
    }

    @Test
    void guestThatDiesAtEachBoot_isGivenUpAndSaidSo() {
        String dies = "extra = \"sim=crash\"\non_crash = \"restart\"";
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", dies))
                        .failure())
                .isEmpty();

        await().atMost(Duration.ofSeconds(60)).until(() -> {
            daemon.nudge();
            return daemon.find("g")
                    .flatMap(DomainView::restarts)
                    .flatMap(DomainView.Restarts::givenUp)
                    .isPresent();
        });
        DomainView given = daemon.find("g").orElseThrow();
        assertThat(given.state()).isEqualTo("shutdown");
        assertThat(given.restarts().orElseThrow().quickStops()).isEqualTo(4);
        daemon.killAndStart();
        assertThat(daemon.find("g").orElseThrow().restarts().orElseThrow().givenUp())
                .isPresent();
        succeeds("g", new DomainAction.Destroy());
        awaitNothingLeft();
    }

    @Test
    void rebootThatWasAskedFor_isNoQuickStop() {
        ready("");
        succeeds("g", new DomainAction.Reboot(false, true));

        assertThat(daemon.toolstack().requireDomain("g").restarts()).isEmpty();
    }

    @Test
    void suspendAndResume_guestGoesOn() {
        DomainView before = ready("");
        succeeds("g", new DomainAction.Suspend());
        DomainView suspended = daemon.toolstack().requireDomain("g");
        assertThat(suspended.domid()).isEqualTo(before.domid());
        assertThat(suspended.shutdownReason()).contains("suspend");

        succeeds("g", new DomainAction.Resume());
        assertThat(daemon.toolstack().requireDomain("g").state()).isEqualTo("running");
        succeeds("g", new DomainAction.Shutdown(false, true));
        awaitNothingLeft();
    }

    @Test
    void deafGuest_suspendIsTakenBackWhenCancelled() {
        DomainView domain = ready("extra = \"sim=ignore-shutdown\"");
        OperationView asked = daemon.toolstack().act("g", new DomainAction.Suspend());
        daemon.toolstack().cancel(asked.id());

        assertThat(daemon.end(asked).status()).isEqualTo(Status.CANCELLED);
        assertThat(daemon.host().store().find("/local/domain/" + domain.domid() + "/control/shutdown"))
                .contains("");
    }

    @Test
    void resumeOfARunningGuest_isRefused() {
        ready("");
        assertThat(failureOf(new DomainAction.Resume()).message()).contains("'g' is not suspended", "unpause");
    }

    @Test
    void rename_isSeenEverywhereAndSurvivesAReboot() {
        ready("");
        succeeds("g", new DomainAction.Rename("h"));
        DomainView renamed = daemon.toolstack().requireDomain("h");
        assertThat(daemon.toolstack().configOf("h").libxlJson()).contains("\"h\"");
        assertThat(daemon.host().store().find("/vm/" + renamed.uuid() + "/name"))
                .contains("h");

        succeeds("h", new DomainAction.Reboot(false, true));
        assertThat(daemon.toolstack().requireDomain("h").uuid()).isEqualTo(renamed.uuid());
        assertThat(daemon.find("g")).isEmpty();
    }

    @Test
    void renameToATakenOrImpossibleName_isRefused() {
        ready("");
        assertThat(failureOf(new DomainAction.Rename("Domain-0")).code()).isEqualTo("name-in-use");
        assertThat(failureOf(new DomainAction.Rename("a/b")).message()).contains("'/'");
        assertThat(daemon.find("g")).isPresent();
    }

    @Test
    void sysrq_reachesTheGuest() {
        DomainView domain = ready("");
        succeeds("g", new DomainAction.Sysrq('c'));

        await().atMost(SimulatedDaemon.SOON)
                .until(() ->
                        daemon.world().consoleText(new DomainId(domain.domid())).contains("sysrq: c"));
        awaitNothingLeft();
    }

    @Test
    void dumpCore_fileIsWhole() {
        ready("");
        Path file = folder.resolve("core");
        succeeds("g", new DomainAction.DumpCore(file));
        assertThat(daemon.world().cores()).containsExactly(file);

        assertThatThrownBy(() -> daemon.act("g", new DomainAction.DumpCore(folder)))
                .isInstanceOf(ToolstackException.FileFailed.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void configUpdate_isUsedAtTheNextStart() {
        DomainView before = ready("");
        String more = SimulatedDaemon.configuration("g", "pvh", "").replace("memory = 256", "memory = 300");
        succeeds("g", new DomainAction.Reconfigure(SimulatedDaemon.request(more)));
        assertThat(daemon.toolstack().requireDomain("g").memoryKib()).isEqualTo(before.memoryKib());

        succeeds("g", new DomainAction.Reboot(false, true));
        DomainView after = daemon.toolstack().requireDomain("g");
        assertThat(after.memoryKib()).isEqualTo(300 * 1024);
        assertThat(after.uuid()).isEqualTo(before.uuid());
    }

    @Test
    void configUpdateForAnotherDomain_isRefused() {
        ready("");
        CreateRequest other = SimulatedDaemon.request(SimulatedDaemon.configuration("h", "pvh", ""));
        assertThat(failureOf(new DomainAction.Reconfigure(other)).message()).contains("'h'", "'g'", "rename");
    }

    private CompletableFuture<OperationView> createWithKey(String name) {
        CreateRequest request = SimulatedDaemon.request(SimulatedDaemon.configuration(name, "pvh", ""));
        return CompletableFuture.supplyAsync(
                () -> daemon.toolstack()
                        .once(name, name, () -> daemon.toolstack().create(request)),
                Thread::startVirtualThread);
    }

    @Test
    void requestWithAKeyThatHangs_thoseWithOtherKeysGoOn() {
        CountDownLatch letGo = new CountDownLatch(1);
        daemon.world().faults().atNext("host.info", Moment.BEFORE, SimFaults.hangUntil(letGo));
        CompletableFuture<OperationView> hung = createWithKey("h");
        await().atMost(SimulatedDaemon.SOON).until(() -> daemon.world().faults().struck() > 0);
        try {
            OperationView other = createWithKey("g")
                    .orTimeout(SimulatedDaemon.SOON.toSeconds(), TimeUnit.SECONDS)
                    .join();
            assertThat(daemon.end(other).failure()).isEmpty();
        } finally {
            letGo.countDown();
        }
        assertThat(daemon.end(hung.join()).failure()).isEmpty();
    }

    @Test
    void sameKeyAfterAKill_isTheSameOperation() {
        CreateRequest request = SimulatedDaemon.request(SimulatedDaemon.configuration("g", "pvh", ""));
        OperationView first = daemon.toolstack()
                .once("key", request.toString(), () -> daemon.toolstack().create(request));
        daemon.end(first);
        daemon.killAndStart();

        OperationView again = daemon.toolstack().once("key", request.toString(), () -> {
            throw new AssertionError("started again");
        });
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.status()).isEqualTo(Status.SUCCEEDED);
        assertThatThrownBy(() -> daemon.toolstack().once("key", "another", () -> first))
                .isInstanceOf(ToolstackException.KeyReused.class)
                .hasMessageContaining(first.id());
    }
}
