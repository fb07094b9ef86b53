package dev.jxl.xld.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.sim.DaemonKilled;
import dev.jxl.xld.host.sim.SimFaults;
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
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * An operation on a simulated machine with a bystander, with something at one of its calls to the host, and the look afterwards. The
 * machine is as new after each round, so that there can be another one.
 */
final class EnumeratedRun implements AutoCloseable {
    private static final int AT_ONCE = 16;
    /** More than any operation makes. */
    private static final int MANY = 1000;

    private EnumeratedOperation operation;
    final SimulatedDaemon daemon;
    final SimLeftovers empty;
    final int bystander;
    private SimLeftovers prepared;
    private int subject;

    /** A fresh machine, on which all is prepared for the operation. */
    EnumeratedRun(EnumeratedOperation operation, Path folder) {
        this(operation, folder, daemon -> {});
    }

    /** The same on a machine that has more on it. */
    EnumeratedRun(EnumeratedOperation operation, Path folder, Consumer<SimulatedDaemon> furnish) {
        this.operation = operation;
        this.daemon =
                new SimulatedDaemon(freshFolder(folder), SimSettings.standard().withHurry(10));
        daemon.world().faults().countOnly(thread -> !thread.getName().equals("supervisor"));
        daemon.create(SimulatedDaemon.configuration(EnumeratedOperation.BYSTANDER, "pvh", ""));
        this.bystander =
                daemon.find(EnumeratedOperation.BYSTANDER).orElseThrow().domid();
        EnumeratedOperation.awaitReady(daemon, bystander);
        if (operation.needsPci()) {
            keep(EnumeratedOperation.KEPT);
            keep(EnumeratedOperation.OTHER_KEPT);
        }
        furnish.accept(daemon);
        this.empty = daemon.world().leftovers();
        this.prepared = empty;
        begin(operation);
    }

    /** Prepares all for another round, on a machine that is as new. */
    void begin(EnumeratedOperation next) {
        operation = next;
        daemon.world().removeFiles();
        operation.prepare(daemon);
        daemon.awaitQuiet();
        subject = daemon.find(EnumeratedOperation.GUEST).map(DomainView::domid).orElse(-1);
        prepared = daemon.world().leftovers();
        daemon.world().faults().reset();
    }

    EnumeratedOperation operation() {
        return operation;
    }

    /** The guest's number before the operation; -1 when there is none. */
    int subject() {
        return subject;
    }

    private void keep(String address) {
        assertThat(daemon.end(daemon.toolstack().pci().makeAssignable(address, Optional.empty(), false))
                        .failure())
                .isEmpty();
    }

    private static Path freshFolder(Path folder) {
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
        SimulatedDaemon.soon("the end of " + operation).until(() -> {
            daemon.nudge();
            return hasEnded(operation);
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
        SimulatedDaemon.soon(where.toString())
                .until(() -> struck() || (started.isPresent() && hasEnded(started.get())));
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
            SimulatedDaemon.soon(what).until(() -> operation.done(daemon, subject));
        }
        boolean cancelled = last.map(OperationView::status).equals(Optional.of(Status.CANCELLED));
        if (operation == EnumeratedOperation.SOFT_RESET && last.isPresent() && !cancelled) {
            SimulatedDaemon.soon("the guest is not lost: " + what).until(() -> {
                daemon.nudge();
                return operation.done(daemon, subject);
            });
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
        requireGone(what, last, () -> {});
    }

    /** The guest can be destroyed, and nothing of it is left; the one beside it runs on. */
    void requireGone(String what, Optional<OperationView> last, Runnable tidy) {
        SimulatedDaemon.soon(what).untilAsserted(() -> {
            daemon.nudge();
            removeGuest(what, EnumeratedOperation.GUEST);
            removeGuest(what, EnumeratedOperation.OTHER_NAME);
            daemon.awaitQuiet();
            tidy.run();
            SimLeftovers now = daemon.world().leftovers();
            assertThat(now).as(what + ": " + last + ": " + difference(now)).isEqualTo(empty);
        });
        DomainView beside = daemon.find(EnumeratedOperation.BYSTANDER).orElseThrow();
        assertThat(beside.domid()).as(what).isEqualTo(bystander);
        assertThat(beside.state()).as(what).isEqualTo("running");
    }

    /** What of xenstore is too much, and what is missing: all of it is too long to be read. */
    private String difference(SimLeftovers now) {
        List<String> more = new ArrayList<>(now.nodes());
        more.removeAll(empty.nodes());
        List<String> less = new ArrayList<>(empty.nodes());
        less.removeAll(now.nodes());
        return "nodes more: " + more + ", less: " + less;
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
        SimulatedDaemon.soon(what)
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
        SimulatedDaemon.soon(what)
                .ignoreExceptionsInstanceOf(ToolstackException.class)
                .until(() -> daemon.find(name).isEmpty()
                        || daemon.act(name, new DomainAction.Destroy()).status() == Status.SUCCEEDED);
    }

    @Override
    public void close() {
        daemon.close();
    }

    boolean hasEnded(OperationView operation) {
        return daemon.toolstack().operation(operation.id()).status().ended();
    }

    /** What is tried at the k-th call; false when there is no such call. */
    @FunctionalInterface
    interface Attempt {
        boolean at(int k);
    }

    /** Tries it at the first call, the second, … until the operation has no more, where nobody knows how many there are. */
    static int atEveryCall(Attempt attempt) throws InterruptedException {
        return atEveryCall(MANY, attempt);
    }

    /**
     * Tries it at the first call, the second, … until the operation has no more; several at once, since most of it is waiting.
     *
     * @param about how many calls there are, as far as is known
     */
    static int atEveryCall(int about, Attempt attempt) throws InterruptedException {
        AtomicInteger struck = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        inParallel(about, k -> {
            if (!over.get()) {
                over.compareAndSet(false, !struck(attempt, k, struck));
            }
        });
        for (int k = about + 1; !over.get(); k++) {
            over.set(!struck(attempt, k, struck));
        }
        return struck.get();
    }

    private static boolean struck(Attempt attempt, int k, AtomicInteger struck) {
        boolean so = attempt.at(k);
        if (so) {
            struck.incrementAndGet();
        }
        return so;
    }

    /** Does it for 1, 2, … up to a number; after the first failure nothing more is begun. */
    static void inParallel(int most, IntConsumer work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < Math.min(AT_ONCE, most); i++) {
            workers.add(Thread.ofPlatform().start(() -> {
                for (int k = next.getAndIncrement(); k <= most && failure.get() == null; k = next.getAndIncrement()) {
                    try {
                        work.accept(k);
                    } catch (Throwable t) {
                        failure.compareAndSet(null, t);
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
    }

    /** Counts are printed: a number that falls is an enumeration that does not look everywhere any more. */
    static void report(EnumeratedOperation operation, int calls, String what) {
        assertThat(calls).as(operation + ": " + what).isPositive();
        Stream.of("enumeration: " + operation + ": " + calls + " " + what + ", nothing left")
                .forEach(System.out::println);
    }
}
