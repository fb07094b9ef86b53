package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Call;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Operations on a host that takes its time: calls that are slow or do not return, transactions that meet conflicts, watches whose
 * events are lost.
 */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
class EnumeratedWaitsTest {
    private static final Duration SLOW = Duration.ofMillis(15);

    /** Fewer than a transaction is tried. */
    private static final int CONFLICTS = 6;

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    private EnumeratedMachines machines;

    @BeforeAll
    void begin(@TempDir Path folder) {
        machines = new EnumeratedMachines(folder);
    }

    @AfterAll
    void end() {
        clients.shutdownNow();
        machines.close();
    }

    /** Every operation, once, on a host that is so; each must succeed. Gives how many of the calls that matter there were. */
    private int everyOperation(String how, Consumer<SimFaults> arm, String calls) throws InterruptedException {
        EnumeratedOperation[] all = EnumeratedOperation.values();
        AtomicInteger counted = new AtomicInteger();
        EnumeratedRun.inParallel(all.length, k -> {
            EnumeratedOperation operation = all[k - 1];
            boolean _ = machines.round(operation, run -> {
                SimFaults faults = run.daemon.world().faults();
                arm.accept(faults);
                OperationView last = run.end(run.perform().orElseThrow());
                assertThat(last.failure()).as("%s, %s", operation, how).isEmpty();
                counted.addAndGet((int) faults.calls().stream()
                        .map(Call::name)
                        .filter(name -> name.startsWith(calls))
                        .count());
                run.requireNothingLeft(operation + ", " + how, Optional.of(last));
                return true;
            });
        });
        Stream.of("enumeration: " + all.length + " operations, " + counted + " calls: " + how + ", all succeeded")
                .forEach(System.out::println);
        return counted.get();
    }

    @Test
    void everyCallIsSlow_everyOperationSucceeds() throws InterruptedException {
        int calls = everyOperation(
                "each takes " + SLOW.toMillis() + " ms more",
                faults -> faults.atEach("", Moment.BEFORE, call -> sleep()),
                "");
        assertThat(calls).isGreaterThan(1000);
    }

    private static void sleep() {
        try {
            Thread.sleep(SLOW);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void everyTransactionMeetsConflicts_everyOperationSucceeds() throws InterruptedException {
        int calls = everyOperation(
                "each transaction commits after " + CONFLICTS + " conflicts",
                faults -> faults.atEach("store.transaction", Moment.BEFORE, SimFaults.conflicts(CONFLICTS)),
                "store.transaction");
        assertThat(calls).isGreaterThan(80);
    }

    @Test
    void everyEventOfAWatchIsLost_everyOperationSucceeds() throws InterruptedException {
        int calls = everyOperation("no event of a watch comes", SimFaults::loseEvents, "store.await");
        assertThat(calls).isGreaterThan(50);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE_PVH", "DESTROY", "ATTACH_DISK", "DETACH_DISK", "RENAME", "SAVE", "RESTORE"})
    void transactionThatConflictsForEver_isSaidAndNothingIsLeft(EnumeratedOperation operation)
            throws InterruptedException {
        int storms = machines.atEveryCall(operation, "store.transaction", (run, k) -> {
            String where = operation + ", transaction " + k + " never commits";
            SimFaults faults = run.daemon.world().faults();
            faults.at("store.transaction", k, Moment.BEFORE, SimFaults.conflicts(Integer.MAX_VALUE));
            Optional<OperationView> last = run.perform().map(run::end);
            if (!run.struck()) {
                return false;
            }
            last.flatMap(OperationView::failure)
                    .ifPresent(failure -> assertThat(failure.message())
                            .as(where)
                            .contains("conflicted with other writers", "xenstored"));
            run.requireNothingLeft(where, last);
            return true;
        });
        EnumeratedRun.report(operation, storms, "storms of conflicts without an end");
    }

    /** What jxld does about a call that does not return: it waits, for a native call cannot be taken back, and goes on with all others. */
    @ParameterizedTest
    @EnumSource(names = {"CREATE_PVH", "DESTROY", "ATTACH_DISK", "DETACH_DISK", "REBOOT", "SAVE", "RESTORE"})
    void callThatHangs_othersGoOnAndItEndsWhenItReturns(EnumeratedOperation operation) throws InterruptedException {
        int calls = machines.atEveryCall(operation, "", (run, k) -> new Hang(run, k).struckAndOthersWentOn());
        EnumeratedRun.report(operation, calls, "hangs, others went on");
    }

    /** One call that hangs, until it is let go. */
    private final class Hang {
        private final EnumeratedRun run;
        private final StringBuilder where;
        private final boolean cancelled;
        private final CountDownLatch letGo = new CountDownLatch(1);

        Hang(EnumeratedRun run, int k) {
            this.run = run;
            this.cancelled = k % 2 == 0;
            this.where =
                    new StringBuilder(run.operation() + ", call " + k + " hangs" + (cancelled ? ", cancelled" : ""));
            SimFaults.Fault hang = SimFaults.hangUntil(letGo);
            run.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                where.append(" (").append(call.name()).append(')');
                hang.strike(call);
            });
        }

        boolean struckAndOthersWentOn() {
            Future<Optional<OperationView>> request = clients.submit(run::perform);
            SimulatedDaemon.soon(where.toString())
                    .until(() -> run.struck()
                            || (request.isDone()
                                    && request.get().map(run::hasEnded).orElse(true)));
            if (!run.struck()) {
                return false;
            }
            othersGoOn();
            Optional<OperationView> open = request.isDone() ? request.resultNow() : Optional.empty();
            open.ifPresent(this::isHeld);
            letGo.countDown();
            Optional<OperationView> last = soon(request::get).map(run::end);
            assertThat(last.map(OperationView::status).orElseThrow())
                    .as("%s: %s", where, last)
                    .isIn(
                            cancelled
                                    ? new Status[] {Status.SUCCEEDED, Status.CANCELLED}
                                    : new Status[] {Status.SUCCEEDED});
            run.requireNothingLeft(where.toString(), last);
            return true;
        }

        private void othersGoOn() {
            assertThat(soon(() -> run.daemon.find(EnumeratedOperation.BYSTANDER)))
                    .as(where.toString())
                    .isPresent();
            for (DomainAction action : new DomainAction[] {new DomainAction.Pause(), new DomainAction.Unpause()}) {
                assertThat(soon(() -> run.daemon.act(EnumeratedOperation.BYSTANDER, action))
                                .failure())
                        .as("%s: %s", where, action.word())
                        .isEmpty();
            }
        }

        /** It is there to be seen and to be cancelled; its domain is refused to others at once. */
        private void isHeld(OperationView open) {
            if (cancelled) {
                OperationView _ = soon(() -> run.daemon.toolstack().cancel(open.id()));
            } else if (!run.daemon.toolstack().operation(open.id()).status().ended()
                    && run.daemon.find(EnumeratedOperation.GUEST).isPresent()
                    && run.operation() != EnumeratedOperation.REBOOT) {
                assertThatThrownBy(() -> soon(
                                () -> run.daemon.toolstack().act(EnumeratedOperation.GUEST, new DomainAction.Pause())))
                        .as(where.toString())
                        .isInstanceOf(ToolstackException.DomainBusy.class);
            }
        }
    }

    /** What must not be kept waiting by somebody else's call. */
    private <T> T soon(Callable<T> call) {
        try {
            return clients.submit(call).get(SimulatedDaemon.SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ToolstackException told) {
                throw told;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("it was kept waiting", e);
        }
    }
}
