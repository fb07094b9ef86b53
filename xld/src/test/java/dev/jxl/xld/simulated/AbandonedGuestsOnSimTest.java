package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.memory.MemoryXenStore;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.Toolstack.EventSubscription;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import dev.jxl.xld.host.sim.SimToolstacks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that xl or libvirt made, when they stop, with whoever made them alive and dead. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class AbandonedGuestsOnSimTest {
    private static final long MONITOR = 4711;
    private static final long ANOTHER_MONITOR = 4712;
    private static final int AT_ONCE = 8;

    /** Fewer calls than a take-over and a restart make. */
    private static final int MANY = 40;

    @TempDir
    Path folder;

    private Machine machine;

    @BeforeEach
    void start() {
        machine = new Machine(folder);
    }

    @AfterEach
    void stop() {
        machine.close();
    }

    /** A jxld, and a toolstack beside it that has made a guest in xl's way. */
    private static final class Machine implements AutoCloseable {
        final SimulatedDaemon daemon;
        final SimLeftovers empty;
        private final SimulatedDaemon xl;

        Machine(Path folder) {
            daemon = new SimulatedDaemon(fresh(folder), SimSettings.standard());
            empty = daemon.world().leftovers();
            xl = new SimulatedDaemon(fresh(folder), daemon.host().beside());
        }

        private static Path fresh(Path folder) {
            try {
                return Files.createTempDirectory(folder, "jxld");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        SimToolstacks toolstacks() {
            return daemon.world().toolstacks();
        }

        /** The toolstack that made it lives on. */
        DomainView guestOfALivingOne(String name, String more) {
            return guestOfALivingOne(name, "pvh", more);
        }

        private DomainView guestOfALivingOne(String name, String type, String more) {
            assertThat(xl.create(SimulatedDaemon.configuration(name, type, more))
                            .failure())
                    .isEmpty();
            daemon.awaitReady(name);
            DomainView made = daemon.find(name).orElseThrow();
            assertThat(made.managedBy()).isEqualTo("adopted");
            return made;
        }

        DomainView guest(String more) {
            return guestOfType("pvh", more);
        }

        DomainView guestOfType(String type, String more) {
            DomainView made = guestOfALivingOne("g", type, more);
            xl.host().kill();
            return made;
        }

        void stop(DomainView guest, ShutdownReason reason) {
            daemon.world().stopGuest(new DomainId(guest.domid()), reason);
        }

        Optional<DomainView> lifeAfter(DomainView before) {
            return daemon.find("g")
                    .filter(d -> d.domid() != before.domid()
                            && d.uuid().equals(before.uuid())
                            && d.state().equals("running"));
        }

        DomainView awaitLifeAfter(DomainView before) {
            SimulatedDaemon.soon().until(() -> lifeAfter(before).isPresent());
            return lifeAfter(before).orElseThrow();
        }

        List<DomainEvent> events(String type) {
            List<DomainEvent> all = new ArrayList<>();
            try (EventSubscription events = daemon.toolstack().events(0)) {
                while (true) {
                    Optional<DomainEvent> next = events.next(Duration.ofMillis(1));
                    if (next.isEmpty()) {
                        return all.stream().filter(e -> e.type().equals(type)).toList();
                    }
                    all.add(next.get());
                }
            }
        }

        List<String> kinds() {
            return daemon.toolstack().operations().stream()
                    .map(OperationView::kind)
                    .toList();
        }

        void userdata(DomainView guest, String json) {
            DomainId domid = new DomainId(guest.domid());
            DomainUuid uuid = DomainUuid.parse(guest.uuid());
            daemon.host().files().removeUserdata(domid, uuid);
            if (!json.isEmpty()) {
                daemon.host().files().writeUserdata(domid, uuid, json);
            }
        }

        @Override
        public void close() {
            // Both go before the machine: otherwise they would wait for its backends.
            xl.host().kill();
            daemon.host().kill();
            xl.close();
            daemon.close();
        }
    }

    private void awaitNothingLeft() {
        SimulatedDaemon.soon()
                .untilAsserted(
                        () -> assertThat(machine.daemon.world().leftovers()).isEqualTo(machine.empty));
    }

    @ParameterizedTest
    @CsvSource({"poweroff, POWEROFF", "reboot, REBOOT", "crash, CRASH", "watchdog, WATCHDOG", "soft_reset, SOFT_RESET"})
    void monitorIsDead_guestIsMadeAgainOnceAndIsJxlsFromThenOn(String key, ShutdownReason reason) {
        DomainView before = machine.guest("on_" + key + " = \"restart\"");
        machine.stop(before, reason);

        DomainView after = machine.awaitLifeAfter(before);
        machine.daemon.awaitReady("g");
        assertThat(after.managedBy()).isEqualTo("jxl");
        assertThat(machine.kinds()).containsExactly("restart");
        assertThat(machine.events("domain.taken-over"))
                .singleElement()
                .satisfies(e -> assertThat(e.data().get("why")).contains("does not run any more"));
        assertThat(machine.daemon.world().domains()).hasSize(2);
        // From now on it is as any other.
        machine.stop(after, reason);
        machine.awaitLifeAfter(after);
    }

    @Test
    void monitorIsDeadAndTheGuestAsksForASoftReset_itGoesOnInItsMemory() {
        DomainView before = machine.guestOfType("hvm", "");
        machine.stop(before, ShutdownReason.SOFT_RESET);

        DomainId domain = new DomainId(before.domid());
        SimulatedDaemon.soon()
                .until(() -> machine.daemon.world().consoleText(domain).split("GUEST-READY", -1).length > 2);
        machine.daemon.awaitQuiet();
        assertThat(machine.kinds()).containsExactly("soft-reset");
        DomainView after = machine.daemon.find("g").orElseThrow();
        assertThat(after.domid()).isEqualTo(before.domid());
        assertThat(after.managedBy()).isEqualTo("jxl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"destroy", "coredump-destroy"})
    void monitorIsDeadAndTheActionDestroys_nothingIsLeft(String action) {
        DomainView guest = machine.guest("on_crash = \"" + action + "\"");
        machine.stop(guest, ShutdownReason.CRASH);

        awaitNothingLeft();
        assertThat(machine.daemon.world().cores()).hasSize(action.startsWith("coredump") ? 1 : 0);
    }

    @Test
    void monitorIsDeadAndTheActionDumpsAndRestarts_bothAreDone() {
        DomainView before = machine.guest("on_crash = \"coredump-restart\"");
        machine.stop(before, ShutdownReason.CRASH);

        machine.awaitLifeAfter(before);
        assertThat(machine.daemon.world().cores()).hasSize(1);
    }

    @Test
    void monitorIsDeadAndTheActionPreserves_guestStaysAsItIs() {
        DomainView guest = machine.guest("on_crash = \"preserve\"");
        machine.stop(guest, ShutdownReason.CRASH);

        SimulatedDaemon.soon()
                .until(() -> machine.daemon.find("g").orElseThrow().managedBy().equals("jxl"));
        machine.daemon.nudge();
        assertThat(machine.daemon.find("g").orElseThrow().state()).isEqualTo("shutdown");
        assertThat(machine.kinds()).isEmpty();
    }

    @Test
    void monitorIsDeadAndTheActionKeepsAndRestarts_keptOneIsLeftForGood() {
        DomainView before = machine.guest("on_crash = \"rename-restart\"");
        machine.stop(before, ShutdownReason.CRASH);
        DomainView after = machine.awaitLifeAfter(before);

        // Were the kept one taken for abandoned, it would be taken over before this one.
        machine.stop(after, ShutdownReason.REBOOT);
        machine.awaitLifeAfter(after);
        assertThat(machine.events("domain.taken-over")).hasSize(1);
        assertThat(machine.events("domain.left-stopped")).isEmpty();
        assertThat(machine.daemon.world().domains()).hasSize(3);
    }

    @Test
    void guestThatWasRenamed_isMadeAgainUnderItsNewName() {
        DomainView before = machine.guest("on_crash = \"restart\"");
        assertThat(machine.daemon.act("g", new DomainAction.Rename("h")).failure())
                .isEmpty();
        machine.stop(before, ShutdownReason.CRASH);

        SimulatedDaemon.soon()
                .until(() -> machine.daemon
                        .find("h")
                        .filter(d -> d.domid() != before.domid() && d.state().equals("running"))
                        .isPresent());
    }

    @Test
    void monitorLives_itMakesTheGuestAgainAndJxldDoesNothing() {
        DomainView before = machine.guestOfALivingOne("g", "on_reboot = \"restart\"");
        machine.toolstacks().monitor(MONITOR, Optional.of(new DomainId(before.domid())));
        machine.stop(before, ShutdownReason.REBOOT);

        DomainView after = machine.awaitLifeAfter(before);
        machine.toolstacks().monitor(MONITOR, Optional.of(new DomainId(after.domid())));
        machine.daemon.awaitReady("g");
        assertThat(after.managedBy()).isEqualTo("adopted");
        assertThat(after.domid()).isEqualTo(before.domid() + 1);
        assertThat(machine.kinds()).isEmpty();
        assertThat(machine.events("domain.taken-over")).isEmpty();
    }

    @Test
    void monitorLivesAndDoesNothing_thatIsToldAndJxldTakesOverWhenItDies() {
        DomainView before = machine.guest("on_crash = \"restart\"");
        machine.toolstacks().monitor(MONITOR, Optional.of(new DomainId(before.domid())));
        machine.stop(before, ShutdownReason.CRASH);

        SimulatedDaemon.soon()
                .untilAsserted(() -> assertThat(machine.events("domain.left-stopped"))
                        .singleElement()
                        .satisfies(e -> assertThat(e.data())
                                .containsEntry("reason", "crash")
                                .containsEntry("why", "process 4711 (xl create /etc/xen/g.cfg) looks after it")));
        assertThat(machine.daemon.toolstack().doctor().examine().findings())
                .extracting(Finding::code)
                .containsExactly("domain-left-stopped");
        assertThat(machine.kinds()).isEmpty();

        machine.toolstacks().killMonitor(MONITOR);
        machine.awaitLifeAfter(before);
        assertThat(machine.kinds()).containsExactly("restart");
        SimulatedDaemon.soon()
                .until(() ->
                        machine.daemon.toolstack().doctor().examine().findings().isEmpty());
    }

    @Test
    void processOfXlThatMayBeTheMonitor_countsAsIt() {
        DomainView before = machine.guest("on_crash = \"restart\"");
        machine.toolstacks().monitor(MONITOR, Optional.empty());
        machine.toolstacks().monitor(ANOTHER_MONITOR, Optional.of(new DomainId(9999)));
        machine.stop(before, ShutdownReason.CRASH);

        SimulatedDaemon.soon()
                .untilAsserted(() -> assertThat(machine.events("domain.left-stopped"))
                        .singleElement()
                        .satisfies(e -> assertThat(e.data().get("why")).contains("may be what looks after it")));
        // It is told once, whichever process it may be.
        machine.toolstacks().killMonitor(MONITOR);
        machine.daemon.nudge();
        assertThat(machine.kinds()).isEmpty();
        machine.toolstacks().killMonitor(ANOTHER_MONITOR);
        machine.awaitLifeAfter(before);
        assertThat(machine.events("domain.left-stopped")).hasSize(1);
    }

    @Test
    void monitorOfAnotherGuestThatRuns_isNotInTheWay() {
        DomainView other = machine.guestOfALivingOne("other", "");
        DomainView before = machine.guest("on_crash = \"restart\"");
        machine.toolstacks().monitor(ANOTHER_MONITOR, Optional.of(new DomainId(other.domid())));
        machine.stop(before, ShutdownReason.CRASH);

        machine.awaitLifeAfter(before);
        assertThat(machine.daemon.find("other").orElseThrow().managedBy()).isEqualTo("adopted");
    }

    @Test
    void guestOfLibvirt_isLibvirtsWhileItsDaemonRuns() {
        DomainView before = machine.guest("on_crash = \"restart\"");
        machine.toolstacks().giveToLibvirt(DomainUuid.parse(before.uuid()));
        machine.toolstacks().runLibvirt(true);
        machine.stop(before, ShutdownReason.CRASH);

        SimulatedDaemon.soon()
                .untilAsserted(() -> assertThat(machine.events("domain.left-stopped"))
                        .singleElement()
                        .satisfies(e -> assertThat(e.data().get("why")).contains("libvirtd")));
        assertThat(machine.kinds()).isEmpty();
        machine.toolstacks().runLibvirt(false);
        machine.awaitLifeAfter(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{ \"c_info\": ", "[]", "{ \"c_info\": { \"type\": \"pvh\" } }"})
    void configurationMissingOrBroken_guestStaysStoppedAndItIsSaid(String json) {
        DomainView guest = machine.guest("on_crash = \"restart\"");
        machine.userdata(guest, json);
        machine.stop(guest, ShutdownReason.CRASH);

        SimulatedDaemon.soon()
                .untilAsserted(() -> assertThat(machine.events("domain.left-stopped"))
                        .singleElement()
                        .satisfies(e -> assertThat(e.data().get("why"))
                                .contains("/var/lib/xen/userdata-d." + guest.domid() + "." + guest.uuid())));
        assertThat(machine.daemon.toolstack().doctor().examine().findings())
                .singleElement()
                .satisfies(f -> {
                    assertThat(f.code()).isEqualTo("domain-left-stopped");
                    assertThat(f.object()).isEqualTo("domain " + guest.domid() + " ('g')");
                    assertThat(f.advice()).contains("jxl destroy " + guest.domid());
                });
        assertThat(machine.daemon.find("g").orElseThrow().state()).isEqualTo("shutdown");
        assertThat(machine.daemon.act("g", new DomainAction.Destroy()).failure())
                .isEmpty();
        awaitNothingLeft();
    }

    @Test
    void guestThatXlHasKeptBesideItsNextLife_isLeft() {
        DomainView other = machine.guestOfALivingOne("other", "on_crash = \"destroy\"");
        DomainView kept = machine.guest("on_crash = \"destroy\"");
        try (MemoryXenStore store = machine.daemon.world().storeAs(DomainId.DOM0)) {
            store.write("/local/domain/" + kept.domid() + "/vm", "/vm/" + DomainUuid.random());
        }
        machine.stop(kept, ShutdownReason.CRASH);
        machine.stop(other, ShutdownReason.CRASH);

        SimulatedDaemon.soon().until(() -> machine.daemon.find("other").isEmpty());
        assertThat(machine.events("domain.taken-over"))
                .extracting(DomainEvent::domainName)
                .containsExactly("other");
        assertThat(machine.events("domain.left-stopped")).isEmpty();
        assertThat(machine.daemon.find("g").orElseThrow().managedBy()).isEqualTo("adopted");
    }

    /** Few at once: each round has a machine with two toolstacks of its own. */
    @Test
    @Timeout(600)
    void jxldKilledAtEveryCall_guestIsMadeAgainOnce() throws InterruptedException {
        AtomicInteger kills = new AtomicInteger();
        EnumeratedRun.inParallel(AT_ONCE, first -> {
            for (int k = first; killedAt(k); k += AT_ONCE) {
                kills.incrementAndGet();
            }
        });
        assertThat(kills.get()).isGreaterThan(MANY);
    }

    /** Whether there was such a call. */
    private boolean killedAt(int k) {
        try (Machine own = new Machine(folder)) {
            DomainView before = own.guest("on_crash = \"restart\"");
            own.daemon.awaitQuiet();
            SimFaults faults = own.daemon.world().faults();
            faults.reset();
            StringBuilder where = new StringBuilder("kill at call " + k);
            SimFaults.Fault kill = own.daemon.host().killFault();
            faults.at(k, k % 2 == 0 ? Moment.BEFORE : Moment.AFTER, call -> {
                where.append(" (").append(call.name()).append(')');
                kill.strike(call);
            });
            own.stop(before, ShutdownReason.CRASH);
            SimulatedDaemon.soon(where.toString())
                    .until(() -> faults.struck() > 0
                            || own.daemon.world().domains().stream()
                                    .anyMatch(f -> f.id().value() > before.domid()
                                            && !f.flags().paused()));
            if (faults.struck() == 0) {
                return false;
            }
            own.daemon.killAndStart();
            SimulatedDaemon.soon(where.toString()).untilAsserted(() -> {
                assertThat(own.lifeAfter(before)).as(where.toString()).isPresent();
                assertThat(own.daemon.toolstack().operations())
                        .allMatch(o -> o.status().ended());
            });
            assertThat(own.lifeAfter(before).orElseThrow().managedBy()).isEqualTo("jxl");
            assertThat(own.daemon.world().domains()).as(where.toString()).hasSize(2);
            return true;
        }
    }
}
