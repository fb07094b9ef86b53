package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.ConsoleView;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.Toolstack;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimLeftovers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every operation through the toolstack's interface, as a user meets it, on the simulated machine. */
@Timeout(120)
class ToolstackOnSimTest extends OneSimulatedHost {
    private DomainView running(String name, String type, String more) {
        OperationView made = daemon.create(SimulatedDaemon.configuration(name, type, more));
        assertThat(made.failure()).isEmpty();
        assertThat(made.status()).isEqualTo(Status.SUCCEEDED);
        return daemon.find(name).orElseThrow();
    }

    private DomainView ready(String name, String type, String more) {
        DomainView domain = running(name, type, more);
        awaitReady(domain.domid());
        return domain;
    }

    private void awaitReady(int domid) {
        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.world().consoleText(new DomainId(domid)).contains("GUEST-READY"));
    }

    private void awaitNothingLeft() {
        await().atMost(SimulatedDaemon.SOON)
                .untilAsserted(() -> assertThat(daemon.world().leftovers()).isEqualTo(empty));
    }

    /** On a busy host jxld's look at all domains may take longer than a creation. */
    @Test
    void domainMadeWhileJxldLooks_isNotTakenForAGoneOne() {
        SimFaults faults = daemon.world().faults();
        CountDownLatch made = new CountDownLatch(1);
        faults.countOnly(thread -> thread.getName().equals("supervisor"));
        faults.atNext("store.findAll", Moment.AFTER, SimFaults.hangUntil(made));
        daemon.nudge();
        await().atMost(SimulatedDaemon.SOON).until(() -> faults.struck() == 1);
        DomainView domain = running("g", "pvh", "");
        made.countDown();
        for (int looks = 2; looks <= 3; looks++) {
            int after = looks;
            faults.atNext("store.findAll", Moment.BEFORE, SimFaults.meanwhile(() -> {}));
            daemon.nudge();
            await().atMost(SimulatedDaemon.SOON).until(() -> faults.struck() == after);
        }
        daemon.awaitQuiet();

        assertThat(daemon.find("g")).map(DomainView::domid).contains(domain.domid());
        assertThat(daemon.toolstack().operations())
                .extracting(OperationView::kind)
                .containsOnly("create");
    }

    /** They are written after the steps that they are for; an error names the writing, not the step before it. */
    @Test
    void xenstoredRefusesTheNodes_theStepIsNamed() {
        daemon.world().faults().atNext("store.transaction", Moment.BEFORE, call -> {
            throw new XenStoreException.Refused("write", "/local/domain", "ENOSPC");
        });
        String configuration = SimulatedDaemon.configuration(
                "g", "pvh", "disk = [ \"format=raw,vdev=xvda,access=rw,target=/sim/g.img\" ]");
        assertThat(daemon.create(configuration).failure().orElseThrow().step())
                .isEqualTo("writing the xenstore nodes of 'g'");
        assertThat(daemon.world().leftovers()).isEqualTo(empty);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh"})
    void create_guestRunsWithItsDevices(String type) {
        DomainView domain = ready("g", type, "");

        assertThat(domain.state()).isEqualTo("running");
        assertThat(domain.type().orElseThrow().word()).isEqualTo(type);
        assertThat(domain.memoryKib()).isEqualTo(256 * 1024);
        assertThat(domain.managedBy()).isEqualTo("jxl");
        SimLeftovers now = daemon.world().leftovers();
        assertThat(now.loops()).singleElement().asString().contains("/sim/g.img", domain.uuid(), "xvda");
        assertThat(now.interfaces()).containsExactly("vif" + domain.domid() + ".0 on xenbr0, mtu 1500");
        assertThat(now.userdata()).singleElement().asString().contains(domain.uuid());
        assertThat(daemon.toolstack().configOf("g").libxlJson()).contains("\"name\"");
        assertThat(daemon.toolstack().consoles("g"))
                .extracting(ConsoleView::tty)
                .singleElement()
                .asString()
                .startsWith("/dev/pts/");
    }

    @Test
    void destroy_nothingIsLeft() {
        ready("g", "pvh", "");
        OperationView gone = daemon.act("g", new DomainAction.Destroy());

        assertThat(gone.status()).isEqualTo(Status.SUCCEEDED);
        daemon.requireLeft(empty, "afterwards");
        assertThatThrownBy(() -> daemon.toolstack().requireDomain("g"))
                .isInstanceOf(ToolstackException.DomainNotFound.class);
    }

    @Test
    void pauseAndUnpause_oncePerWish() {
        ready("g", "pvh", "");
        daemon.act("g", new DomainAction.Pause());
        daemon.act("g", new DomainAction.Pause());
        assertThat(daemon.toolstack().requireDomain("g").state()).isEqualTo("paused");

        daemon.act("g", new DomainAction.Unpause());
        assertThat(daemon.toolstack().requireDomain("g").state()).isEqualTo("running");
    }

    @Test
    void shutdown_guestStopsAndNothingIsLeft() {
        ready("g", "pvh", "");
        OperationView down = daemon.act("g", new DomainAction.Shutdown(false, true));

        assertThat(down.failure()).isEmpty();
        awaitNothingLeft();
    }

    @Test
    void reboot_sameUuidAnotherNumber() {
        DomainView before = ready("g", "pvh", "");
        OperationView rebooted = daemon.act("g", new DomainAction.Reboot(false, true));

        assertThat(rebooted.failure()).isEmpty();
        DomainView after = daemon.toolstack().requireDomain("g");
        assertThat(after.uuid()).isEqualTo(before.uuid());
        assertThat(after.domid()).isGreaterThan(before.domid());
        awaitReady(after.domid());
        daemon.act("g", new DomainAction.Destroy());
        awaitNothingLeft();
    }

    @Test
    void rebootThatCannotMakeItAgainAtOnce_waitsUntilItIsBack() {
        ready("g", "pvh", "");
        daemon.world()
                .faults()
                .atNext(
                        "guestBuilder.build",
                        Moment.BEFORE,
                        SimFaults.fail(call -> new ToolstackException.HypercallRefused("no memory", null)));
        OperationView rebooted = daemon.act("g", new DomainAction.Reboot(false, true));

        assertThat(rebooted.failure()).isEmpty();
        assertThat(daemon.find("g").orElseThrow().state()).isEqualTo("running");
    }

    @ParameterizedTest
    @CsvSource({"CRASH, on_crash", "POWEROFF, on_poweroff", "REBOOT, on_reboot", "WATCHDOG, on_watchdog"})
    void stopWithRestart_domainIsMadeAgain(ShutdownReason reason, String key) {
        DomainView before = ready("g", "pvh", key + " = \"restart\"");
        daemon.world().stopGuest(new DomainId(before.domid()), reason);

        await().atMost(SimulatedDaemon.SOON)
                .until(() -> daemon.find("g")
                        .filter(d -> d.domid() != before.domid() && d.state().equals("running"))
                        .isPresent());
        assertThat(daemon.find("g").orElseThrow().uuid()).isEqualTo(before.uuid());
    }

    @ParameterizedTest
    @CsvSource({"CRASH, on_crash", "POWEROFF, on_poweroff", "REBOOT, on_reboot", "WATCHDOG, on_watchdog"})
    void stopWithDestroy_nothingIsLeft(ShutdownReason reason, String key) {
        DomainView before = ready("g", "pv", key + " = \"destroy\"");
        daemon.world().stopGuest(new DomainId(before.domid()), reason);

        awaitNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"CRASH, on_crash, crash", "POWEROFF, on_poweroff, poweroff", "REBOOT, on_reboot, reboot"})
    void stopWithPreserve_domainStaysStopped(ShutdownReason reason, String key, String word) {
        DomainView before = ready("g", "pvh", key + " = \"preserve\"");
        long event = daemon.toolstack().lastEventId();
        daemon.world().stopGuest(new DomainId(before.domid()), reason);

        try (Toolstack.EventSubscription events = daemon.toolstack().events(event)) {
            assertThat(events.next(SimulatedDaemon.SOON)).isPresent();
        }
        DomainView after = daemon.toolstack().requireDomain("g");
        assertThat(after.domid()).isEqualTo(before.domid());
        assertThat(after.state()).isEqualTo("shutdown");
        assertThat(after.shutdownReason()).contains(word);
        daemon.act("g", new DomainAction.Destroy());
        awaitNothingLeft();
    }

    @Test
    void guestThatCrashesAtEveryBoot_isDestroyed() {
        daemon.create(SimulatedDaemon.configuration("g", "pvh", "extra = \"sim=crash\""));

        awaitNothingLeft();
    }

    @Test
    void guestWithoutPvDrivers_isToldHowToPressItsButton() {
        running("g", "pvh", "extra = \"sim=no-pv-drivers\"");
        OperationView refused = daemon.act("g", new DomainAction.Shutdown(false, false));

        assertThat(refused.status()).isEqualTo(Status.FAILED);
        assertThat(refused.failure().orElseThrow().message()).contains("'g'", "-F");
    }

    @Test
    void deafGuest_shutdownCanBeCancelled() {
        ready("g", "pvh", "extra = \"sim=ignore-shutdown\"");
        OperationView asked = daemon.toolstack().act("g", new DomainAction.Shutdown(false, true));
        daemon.toolstack().cancel(asked.id());

        assertThat(daemon.end(asked).status()).isEqualTo(Status.CANCELLED);
        assertThat(daemon.toolstack().requireDomain("g").state()).isEqualTo("running");
    }

    @Test
    void hostileGuest_isDestroyedLikeAnyOther() {
        DomainView domain = ready("g", "pvh", "extra = \"sim=hostile\"");

        assertThat(daemon.toolstack().requireDomain("g").domid()).isEqualTo(domain.domid());
        daemon.act("g", new DomainAction.Destroy());
        awaitNothingLeft();
    }

    @Test
    void domainIsHeldByItsMapper_isShownAsDyingAndGoesWhenLetGo() {
        DomainView domain = ready("g", "pvh", "");
        daemon.world().hold(new DomainId(domain.domid()), "a test");
        daemon.act("g", new DomainAction.Destroy());

        assertThat(daemon.toolstack().listDomains())
                .filteredOn(d -> d.domid() == domain.domid())
                .singleElement()
                .extracting(DomainView::state)
                .isEqualTo("dying");
        daemon.world().letGo(new DomainId(domain.domid()), "a test");
        awaitNothingLeft();
    }

    /** A backend or a debugger that does not let go of the old life must not cost the guest its next one. */
    @Test
    void domainIsHeldByItsMapper_itsGuestIsMadeAgainBesideIt() {
        DomainView before = ready("g", "pvh", "on_crash = \"restart\"");
        DomainId old = new DomainId(before.domid());
        daemon.world().hold(old, "a test");
        daemon.world().stopGuest(old, ShutdownReason.CRASH);

        SimulatedDaemon.soon("the guest's next life")
                .until(() -> daemon.find("g")
                        .filter(g -> g.domid() != before.domid())
                        .isPresent());
        daemon.awaitQuiet();
        assertThat(daemon.toolstack().requireDomain(before.uuid()).name()).isEqualTo("g");
        daemon.act("g", new DomainAction.Destroy());
        assertThat(daemon.create(SimulatedDaemon.configuration("g", "pvh", "uuid = \"" + before.uuid() + "\""))
                        .failure())
                .isEmpty();
        daemon.act("g", new DomainAction.Destroy());
        daemon.world().letGo(old, "a test");
        awaitNothingLeft();
    }

    /** What the user is told, whether the request is refused at once or the operation fails. */
    private String failureOf(String configuration) {
        try {
            OperationView last = daemon.create(configuration);
            assertThat(last.status()).isEqualTo(Status.FAILED);
            return last.failure().orElseThrow().message();
        } catch (ToolstackException refused) {
            return Optional.ofNullable(refused.getMessage()).orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kernel = \"/sim/missing\", /sim/missing",
        "kernel = \"/sim/junk\", /sim/junk",
        "kernel = \"/sim/elf32\", /sim/elf32",
        "ramdisk = \"/sim/missing\", /sim/missing",
        "memory = 1000000, memory",
        "vif = [ \"bridge=xenbr7\" ], xenbr7",
        "vif = [ \"mac=00:16:3e:zz:00:00\" ], MAC",
        "'disk = [ \"format=raw,vdev=xvda,access=rw,target=/sim/missing.img\" ]', /sim/missing.img",
        "'disk = [ \"format=raw,vdev=xvda,access=rw,backend=nobody,target=/sim/a.img\" ]', nobody",
        "uuid = \"not-a-uuid\", not-a-uuid",
        "name = \"Domain-0\", Domain-0",
        "vcpus = [, 10"
    })
    void badConfiguration_isRefusedByNameAndNothingIsLeft(String line, String named) {
        String message = failureOf(SimulatedDaemon.configuration("g", "pvh", line));

        assertThat(message).contains(named);
        daemon.awaitQuiet();
        daemon.requireLeft(empty, "afterwards");
    }

    @Test
    void nameInUse_secondIsRefusedAndFirstStays() {
        DomainView first = ready("g", "pvh", "");

        assertThat(failureOf(SimulatedDaemon.configuration("g", "pv", ""))).contains("'g'");
        assertThat(daemon.toolstack().requireDomain("g").domid()).isEqualTo(first.domid());
    }

    @Test
    void diskInUse_secondIsRefusedAndNothingOfItIsLeft() {
        ready("g", "pvh", "");
        SimLeftovers one = daemon.world().leftovers();
        String other = SimulatedDaemon.configuration("h", "pvh", "").replace("/sim/h.img", "/sim/g.img");

        assertThat(failureOf(other)).contains("/sim/g.img");
        daemon.requireLeft(one, "afterwards");
    }

    @Test
    void manyAtOnce_allRunAndAllGo() {
        List<OperationView> started = IntStream.range(0, 20)
                .mapToObj(i -> daemon.toolstack()
                        .create(SimulatedDaemon.request(
                                SimulatedDaemon.configuration("g" + i, i % 2 == 0 ? "pv" : "pvh", ""))))
                .toList();
        started.forEach(o -> assertThat(daemon.end(o).failure()).isEmpty());
        assertThat(daemon.toolstack().listDomains()).hasSize(21);
        List<OperationView> ends = IntStream.range(0, 20)
                .mapToObj(i -> daemon.toolstack().act("g" + i, new DomainAction.Destroy()))
                .toList();
        ends.forEach(o -> assertThat(daemon.end(o).failure()).isEmpty());

        awaitNothingLeft();
    }

    @Test
    void stateChanges_areTold() {
        long before = daemon.toolstack().lastEventId();
        ready("g", "pvh", "");
        daemon.act("g", new DomainAction.Pause());
        daemon.act("g", new DomainAction.Unpause());
        daemon.act("g", new DomainAction.Destroy());
        List<String> types = new ArrayList<>();
        try (Toolstack.EventSubscription events = daemon.toolstack().events(before)) {
            Optional<DomainEvent> event = events.next(Duration.ofSeconds(10));
            while (event.isPresent() && !event.get().type().equals("domain.destroyed")) {
                types.add(event.get().type());
                event = events.next(Duration.ofSeconds(10));
            }
            assertThat(event).isPresent();
        }
        assertThat(types)
                .contains("domain.created", "domain.started", "domain.paused", "domain.unpaused", "operation.ended");
    }
}
