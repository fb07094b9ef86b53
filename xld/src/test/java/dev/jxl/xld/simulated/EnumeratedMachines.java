package dev.jxl.xld.simulated;

import dev.jxl.xld.api.OperationView;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Machines for one round after the other: one that is as new after a round serves for the next, which saves most of the time. */
final class EnumeratedMachines implements AutoCloseable {
    private final Path folder;
    private final Consumer<SimulatedDaemon> furnish;
    private final Queue<EnumeratedRun> idle = new ConcurrentLinkedQueue<>();

    /** Those that keep PCI devices for guests: they are not as the others. */
    private final Queue<EnumeratedRun> idleWithPci = new ConcurrentLinkedQueue<>();

    EnumeratedMachines(Path folder) {
        this(folder, daemon -> {});
    }

    /** Machines that have more on them. */
    EnumeratedMachines(Path folder, Consumer<SimulatedDaemon> furnish) {
        this.folder = folder;
        this.furnish = furnish;
    }

    /**
     * One round.
     *
     * @param round gives whether it left the machine as new
     * @return what it gave
     */
    boolean round(EnumeratedOperation operation, Predicate<EnumeratedRun> round) {
        Queue<EnumeratedRun> pool = operation.needsPci() ? idleWithPci : idle;
        EnumeratedRun used = pool.poll();
        if (used != null) {
            used.begin(operation);
        }
        EnumeratedRun run = used != null ? used : new EnumeratedRun(operation, folder, furnish);
        boolean asNew = false;
        try {
            asNew = round.test(run);
            return asNew;
        } finally {
            if (asNew) {
                pool.add(run);
            } else {
                run.close();
            }
        }
    }

    /** A round with something at the k-th call of it; as {@link #round}, false when there is no such call. */
    @FunctionalInterface
    interface Round {
        boolean at(EnumeratedRun run, int k);
    }

    /**
     * A round for each call of an operation whose name starts so.
     *
     * @return how many there were
     */
    int atEveryCall(EnumeratedOperation operation, String name, Round round) throws InterruptedException {
        return atEveryCall(operation, count(operation, name), round);
    }

    /** The same when it is known about how many there are. */
    int atEveryCall(EnumeratedOperation operation, int about, Round round) throws InterruptedException {
        return EnumeratedRun.atEveryCall(about, k -> round(operation, run -> round.at(run, k)));
    }

    /** How many such calls an operation makes when nothing disturbs it; about as many, since it also waits. */
    int count(EnumeratedOperation operation, String name) {
        AtomicInteger calls = new AtomicInteger();
        boolean _ = round(operation, run -> {
            OperationView last = run.end(run.perform().orElseThrow());
            calls.set((int) run.daemon.world().faults().calls().stream()
                    .filter(call -> call.name().startsWith(name))
                    .count());
            run.requireNothingLeft(operation + ", undisturbed", Optional.of(last));
            return true;
        });
        return calls.get();
    }

    @Override
    public void close() {
        idle.forEach(EnumeratedRun::close);
        idleWithPci.forEach(EnumeratedRun::close);
    }
}
