package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
import dev.jxl.xld.host.sim.SimFaults.Call;
import dev.jxl.xld.host.sim.SimFaults.Moment;
import dev.jxl.xld.host.sim.SimLeftovers;
import dev.jxl.xld.host.sim.SimSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation, with an error, a cancel, and a kill and restart of jxld at each of its calls to the host: afterwards nothing
 * is left that should not be, and a domain beside it is as it was.
 */
@Timeout(600)
class EnumeratedFaultsTest {
    private static final int AT_ONCE = 16;

    @TempDir
    Path folder;

    static void awaitReady(SimulatedDaemon daemon, int domid) {
        await().atMost(SimulatedDaemon.SOON)
                .pollInterval(SimulatedDaemon.POLL)
                .until(() -> daemon.world()
                        .consoleText(new dev.jxl.config.DomainId(domid))
                        .contains("GUEST-READY"));
    }

    /** One run: a fresh machine with a bystander, the operation with something at its k-th call, and the look afterwards. */
    private final class Run implements AutoCloseable {
        final EnumeratedOperation operation;
        final SimulatedDaemon daemon;
        final SimLeftovers empty;
        final SimLeftovers prepared;
        final int bystander;
        final int subject;

        Run(EnumeratedOperation operation) {
            this.operation = operation;
            this.daemon =
                    new SimulatedDaemon(freshFolder(), SimSettings.standard().withHurry(10));
            daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
            daemon.create(SimulatedDaemon.configuration(EnumeratedOperation.BYSTANDER, "pvh", ""));
            this.bystander =
                    daemon.find(EnumeratedOperation.BYSTANDER).orElseThrow().domid();
            awaitReady(daemon, bystander);
            if (operation.needsPci()) {
                keep(EnumeratedOperation.KEPT);
                keep(EnumeratedOperation.OTHER_KEPT);
            }
            this.empty = daemon.world().leftovers();
            operation.prepare(daemon);
            daemon.awaitQuiet();
            this.subject = daemon.find(EnumeratedOperation.GUEST)
                    .map(DomainView::domid)
                    .orElse(-1);
            this.prepared = daemon.world().leftovers();
            daemon.world().faults().reset();
        }

        private void keep(String address) {
            assertThat(daemon.end(daemon.toolstack().pci().makeAssignable(address, Optional.empty(), false))
                            .failure())
                    .isEmpty();
        }

        private Path freshFolder() {
            try {
                return Files.createTempDirectory(folder, "run");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Empty when the request itself was refused, or jxld died in it. */
        Optional<OperationView> perform() {
            try {
                return Optional.of(operation.start(daemon));
            } catch (RuntimeException | DaemonKilled refused) {
                return Optional.empty();
            }
        }

        /** jxld looks at its domains all the time, so that nothing waits for its next round. */
        OperationView end(OperationView operation) {
            await("the end of " + operation)
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> {
                        daemon.nudge();
                        return hasEnded(this, operation);
                    });
            return daemon.toolstack().operation(operation.id());
        }

        boolean struck() {
            return daemon.world().faults().struck() > 0;
        }

        boolean struckAndNothingLeft(CharSequence where) {
            Optional<OperationView> last = perform().map(this::end);
            if (struck()) {
                requireNothingLeft(where.toString(), last);
                return true;
            }
            return false;
        }

        boolean killedAndNothingLeft(Moment moment, int k) {
            StringBuilder where = new StringBuilder(operation + ", kill " + moment + " call " + k);
            SimFaults.Fault kill = daemon.host().killFault();
            daemon.world().faults().at(k, moment, call -> {
                where.append(" (").append(call.name()).append(')');
                kill.strike(call);
            });
            Optional<OperationView> started = perform();
            await(where.toString())
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> struck() || (started.isPresent() && hasEnded(this, started.get())));
            if (!struck()) {
                return false;
            }
            daemon.killAndStart();
            daemon.awaitQuiet();
            Optional<OperationView> last = started.map(o -> daemon.toolstack().operation(o.id()));
            requireNothingLeft(where.toString(), last);
            return true;
        }

        void requireNothingLeft(String what, Optional<OperationView> last) {
            daemon.awaitQuiet();
            daemon.world().faults().reset();
            boolean succeeded = last.map(OperationView::status).equals(Optional.of(Status.SUCCEEDED));
            if (succeeded) {
                await(what)
                        .atMost(SimulatedDaemon.SOON)
                        .pollInterval(SimulatedDaemon.POLL)
                        .until(() -> operation.done(daemon, subject));
            }
            Optional<DomainView> guest = daemon.find(EnumeratedOperation.GUEST);
            if (operation.creates() && !succeeded && last.isPresent()) {
                assertThat(guest).as(what + ": " + last).isEmpty();
            }
            if (operation.attaches() && !succeeded && last.isPresent()) {
                requireAsBefore(what, last.get());
            }
            assertThat(daemon.world().cores()).as(what).allMatch(EnumeratedOperation.CORE::equals);
            requireInOnePlace(what, last);
            await(what)
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .untilAsserted(() -> {
                        daemon.nudge();
                        removeGuest(what, EnumeratedOperation.GUEST);
                        removeGuest(what, EnumeratedOperation.OTHER_NAME);
                        daemon.awaitQuiet();
                        assertThat(daemon.world().leftovers())
                                .as(what + ": " + last)
                                .isEqualTo(empty);
                    });
            assertThat(daemon.world().leftovers()).as(what + ": " + last).isEqualTo(empty);
            DomainView beside = daemon.find(EnumeratedOperation.BYSTANDER).orElseThrow();
            assertThat(beside.domid()).as(what).isEqualTo(bystander);
            assertThat(beside.state()).as(what).isEqualTo("running");
        }

        /** A saved guest is in its file, or it runs on; nothing else is left of a file. */
        private void requireInOnePlace(String what, Optional<OperationView> last) {
            List<Path> files = daemon.world().savedGuests();
            assertThat(files).as(what + ": " + last).allMatch(EnumeratedOperation.SAVED::equals);
            if (operation == EnumeratedOperation.SAVE) {
                boolean runs = daemon.find(EnumeratedOperation.GUEST)
                        .filter(guest -> guest.state().equals("running"))
                        .isPresent();
                assertThat(runs).as(what + ": " + last + ": files " + files).isEqualTo(files.isEmpty());
            }
        }

        /** A failed attach leaves the guest with what it had, and nothing of the device, in both configurations too. */
        private void requireAsBefore(String what, OperationView last) {
            await(what)
                    .atMost(SimulatedDaemon.SOON)
                    .pollInterval(SimulatedDaemon.POLL)
                    .untilAsserted(() -> assertThat(daemon.world().leftovers())
                            .as(what + ": " + last)
                            .isEqualTo(prepared));
            assertThat(daemon.toolstack().configOf(EnumeratedOperation.GUEST).libxlJson())
                    .as(what)
                    .doesNotContain("/sim/b.img")
                    .doesNotContain("00:16:3e:01:02:03");
        }

        /** The supervisor may be at it already. */
        private void removeGuest(String what, String name) {
            await(what)
                    .atMost(SimulatedDaemon.SOON)
                    .ignoreExceptionsInstanceOf(ToolstackException.class)
                    .pollInterval(SimulatedDaemon.POLL)
                    .until(() -> daemon.find(name).isEmpty()
                            || daemon.act(name, new DomainAction.Destroy()).status() == Status.SUCCEEDED);
        }

        @Override
        public void close() {
            daemon.close();
        }
    }

    static RuntimeException errorOf(Call call) {
        String port = call.name().substring(0, call.name().indexOf('.'));
        return switch (port) {
            case "store" -> new XenStoreException.Refused(call.name(), "", "EIO");
            case "blockAttach", "netAttach" ->
                new ToolstackException.DeviceFailed("device", call.name(), "injected", null);
            case "hostFiles" -> new UncheckedIOException(new IOException("injected at " + call.name()));
            default -> new ToolstackException.HypercallRefused("injected at " + call.name(), null);
        };
    }

    /** What is tried at the k-th call; false when there is no such call. */
    @FunctionalInterface
    interface Attempt {
        boolean at(int k);
    }

    /** Tries it at the first call, the second, … until the operation has no more; several at once, since most of it is waiting. */
    static int atEveryCall(Attempt attempt) throws InterruptedException {
        AtomicInteger next = new AtomicInteger(1);
        AtomicInteger struck = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            workers.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    try {
                        if (attempt.at(next.getAndIncrement())) {
                            struck.incrementAndGet();
                        } else {
                            over.set(true);
                        }
                    } catch (Throwable t) {
                        failure.compareAndSet(null, t);
                        over.set(true);
                    }
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get().getMessage(), failure.get());
        }
        return struck.get();
    }

    @ParameterizedTest
    @EnumSource
    void errorAtEveryCall_nothingIsLeft(EnumeratedOperation operation) throws InterruptedException {
        int calls = atEveryCall(k -> {
            try (Run run = new Run(operation)) {
                StringBuilder where = new StringBuilder(operation + ", error at call " + k);
                run.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    where.append(" (").append(call.name()).append(')');
                    throw errorOf(call);
                });
                return run.struckAndNothingLeft(where);
            }
        });
        report(operation, calls, "errors");
    }

    @ParameterizedTest
    @EnumSource
    void cancelAtEveryCall_nothingIsLeft(EnumeratedOperation operation) throws InterruptedException {
        int calls = atEveryCall(k -> {
            try (Run run = new Run(operation)) {
                StringBuilder where = new StringBuilder(operation + ", cancel at call " + k);
                run.daemon.world().faults().at(k, Moment.BEFORE, call -> {
                    where.append(" (").append(call.name()).append(')');
                    run.daemon.toolstack().operations().stream()
                            .filter(o -> !o.status().ended())
                            .forEach(o -> run.daemon.toolstack().cancel(o.id()));
                });
                return run.struckAndNothingLeft(where);
            }
        });
        report(operation, calls, "cancels");
    }

    @ParameterizedTest
    @EnumSource
    void killAtEveryCall_nextLifeCleansUpOrFinishes(EnumeratedOperation operation) throws InterruptedException {
        int calls = 0;
        for (Moment moment : Moment.values()) {
            calls += atEveryCall(k -> {
                try (Run run = new Run(operation)) {
                    return run.killedAndNothingLeft(moment, k);
                }
            });
        }
        report(operation, calls, "kills");
    }

    private static boolean hasEnded(Run run, OperationView operation) {
        return run.daemon.toolstack().operation(operation.id()).status().ended();
    }

    private static void report(EnumeratedOperation operation, int calls, String what) {
        assertThat(calls).as(operation + ": " + what).isPositive();
        Stream.of("enumeration: " + operation + ": " + calls + " " + what + ", nothing left")
                .forEach(System.out::println);
    }
}
