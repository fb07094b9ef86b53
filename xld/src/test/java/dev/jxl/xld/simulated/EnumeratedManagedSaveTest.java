package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.Definitions;
import dev.jxl.xld.api.Definitions.Condition;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Fault;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The host's stop that saves a guest, and its start that lets it go on, with an error, a cancel, and a kill of jxld at each call:
 * afterwards the guest is there, or it is in its file, or it was shut down; never two of these, and nothing else is left.
 */
@Timeout(600)
class EnumeratedManagedSaveTest {
    /** A guest that a killed jxld may have asked to suspend is waited for, for a minute, before it is saved. */
    private static final Duration AFTER_A_SUSPEND = Duration.ofSeconds(150);

    @TempDir
    Path folder;

    enum What {
        STOP,
        START
    }

    /** A machine with one guest, which is to be saved, or is. */
    private static final class Machine implements AutoCloseable {
        private final What what;
        private final SimulatedDaemon daemon;
        private final SimLeftovers empty;
        private final StringBuilder where;

        Machine(Path folder, What what, String how) throws IOException {
            this.what = what;
            this.where = new StringBuilder(what + ", " + how);
            daemon = new SimulatedDaemon(
                    Files.createTempDirectory(folder, "run"),
                    SimSettings.standard().withHurry(10));
            empty = daemon.world().leftovers();
            daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
            String configuration = SimulatedDaemon.configuration("web", "hvm", ManagedSaveOnSimTest.SAVED);
            var _ = definitions().define(SimulatedDaemon.request(configuration), Condition.NONE);
            assertThat(daemon.end(definitions().start("web", false, false)).failure())
                    .isEmpty();
            daemon.awaitReady("web");
            if (what == What.START) {
                assertThat(daemon.end(definitions().stopAll(Duration.ofSeconds(60), false))
                                .failure())
                        .isEmpty();
                assertThat(definitions().require("web").saved()).isTrue();
            }
            daemon.awaitQuiet();
            daemon.world().faults().reset();
        }

        private Definitions definitions() {
            return daemon.toolstack().definitions();
        }

        SimFaults faults() {
            return daemon.world().faults();
        }

        Fault told(Fault fault) {
            return EnumeratedBetweenHosts.told(where, fault);
        }

        Optional<OperationView> begin() {
            try {
                return Optional.of(
                        what == What.STOP
                                ? definitions().stopAll(Duration.ofSeconds(60), false)
                                : definitions().startAll());
            } catch (RuntimeException | DaemonKilled refused) {
                return Optional.empty();
            }
        }

        /** Waits until the fault has struck, or the operation has ended without it. */
        boolean struck(Optional<OperationView> begun) {
            SimulatedDaemon.soon(where.toString()).until(() -> {
                daemon.nudge();
                return faults().struck() > 0
                        || begun.map(o -> daemon.toolstack()
                                        .operation(o.id())
                                        .status()
                                        .ended())
                                .orElse(true);
            });
            return faults().struck() > 0;
        }

        void requireOnePlace() {
            SimulatedDaemon.soon(where.toString()).atMost(AFTER_A_SUSPEND).untilAsserted(() -> {
                daemon.nudge();
                assertThat(daemon.toolstack().operations())
                        .as(where.toString())
                        .allMatch(o -> o.status().ended());
                assertThat(daemon.toolstack().listDomains().stream().map(DomainView::state))
                        .as(where.toString())
                        .allMatch(List.of("running")::contains);
                boolean there = daemon.find("web").isPresent();
                boolean saved = definitions().require("web").saved();
                assertThat(there && saved).as(where.toString()).isFalse();
                if (!saved && !daemon.world().savedGuests().isEmpty()) {
                    // What could not be removed goes with the next start of jxld.
                    daemon.killAndStart();
                }
                assertThat(daemon.world().savedGuests()).as(where.toString()).hasSize(saved ? 1 : 0);
                if (!there) {
                    daemon.requireLeft(empty, where.toString());
                }
                if (what == What.START) {
                    // Its memory was in the file, and is not lost.
                    assertThat(there || saved).as(where.toString()).isTrue();
                }
            });
        }

        /** From wherever it is now, it runs when it is started; what was saved goes on, and is gone. */
        void requireStarts() {
            faults().reset();
            boolean saved = definitions().require("web").saved();
            if (daemon.find("web").isEmpty()) {
                assertThat(daemon.end(definitions().start("web", false, false)).failure())
                        .as(where.toString())
                        .isEmpty();
            }
            int domid = daemon.find("web").orElseThrow().domid();
            if (saved) {
                assertThat(daemon.world().consoleText(new DomainId(domid)))
                        .as(where.toString())
                        .doesNotContain("GUEST-READY");
            }
            assertThat(daemon.world().savedGuests()).as(where.toString()).isEmpty();
            SimulatedDaemon.soon(where.toString())
                    .ignoreExceptionsInstanceOf(ToolstackException.class)
                    .until(() -> daemon.find("web").isEmpty()
                            || daemon.act("web", new DomainAction.Destroy())
                                    .failure()
                                    .isEmpty());
            daemon.requireLeft(empty, where.toString());
        }

        @Override
        public void close() {
            daemon.close();
        }
    }

    private int atEveryCall(What what, String how, Function<Machine, Fault> fault) throws InterruptedException {
        return EnumeratedRun.atEveryCall(k -> {
            try (Machine machine = new Machine(folder, what, how + " at call " + k)) {
                machine.faults().at(k, Moment.BEFORE, machine.told(fault.apply(machine)));
                Optional<OperationView> begun = machine.begin();
                if (!machine.struck(begun)) {
                    return false;
                }
                begun.ifPresent(machine.daemon::end);
                machine.requireOnePlace();
                machine.requireStarts();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void errorAtEveryCall_guestIsInOnePlace(What what) throws InterruptedException {
        report(
                what,
                atEveryCall(what, "error", machine -> call -> {
                    throw EnumeratedFaultsTest.errorOf(call);
                }),
                "errors");
    }

    @ParameterizedTest
    @EnumSource
    void cancelAtEveryCall_guestIsInOnePlace(What what) throws InterruptedException {
        report(
                what,
                atEveryCall(
                        what,
                        "cancel",
                        machine -> call -> machine.daemon.toolstack().operations().stream()
                                .filter(o -> !o.status().ended())
                                .forEach(o -> machine.daemon.toolstack().cancel(o.id()))),
                "cancels");
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_guestIsInOnePlace(What what) throws InterruptedException {
        int calls = 0;
        for (Moment moment : Moment.values()) {
            calls += EnumeratedRun.atEveryCall(k -> {
                try (Machine machine = new Machine(folder, what, "kill " + moment + " call " + k)) {
                    // This life's: the next one may have begun when the fault strikes.
                    Fault kill = machine.daemon.host().killFault();
                    machine.faults().at(k, moment, machine.told(kill));
                    if (!machine.struck(machine.begin())) {
                        return false;
                    }
                    machine.daemon.killAndStart();
                    machine.requireOnePlace();
                    machine.requireStarts();
                    return true;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        report(what, calls, "kills");
    }

    private static void report(What what, int calls, String how) {
        assertThat(calls).as(what + ": " + how).isPositive();
        System.out.println("enumeration: managed save, " + what + ": " + calls + " " + how + ", in one place");
    }
}
