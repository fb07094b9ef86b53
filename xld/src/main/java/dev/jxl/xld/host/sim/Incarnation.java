package dev.jxl.xld.host.sim;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** One life of jxld as the host sees it: every call goes through here, is counted, may fail, and is refused after its death. */
final class Incarnation {
    /** At most so long: one may wait for what only the next one does. */
    private static final Duration STILLNESS = Duration.ofMillis(500);

    private static final Duration POLL = Duration.ofMillis(1);
    private final SimFaults faults;
    private final AtomicReference<Optional<String>> killedAt = new AtomicReference<>(Optional.empty());
    private final List<Runnable> atDeath = new CopyOnWriteArrayList<>();
    private final List<Runnable> afterDeath = new CopyOnWriteArrayList<>();
    private final CountDownLatch dead = new CountDownLatch(1);
    /** Threads that are in a call, but for waits. */
    private final Set<Thread> inside = ConcurrentHashMap.newKeySet();

    Incarnation(SimFaults faults) {
        this.faults = faults;
    }

    /**
     * Called once, on the killer's thread, at the moment of death: before a thread of the dead one learns of it, which would write down
     * that it has failed. Must not call the host.
     */
    void atDeath(Runnable listener) {
        atDeath.add(listener);
    }

    /** Called once, on the killer's thread, after that, the newest first: what the machine cleans up. */
    void afterDeath(Runnable listener) {
        afterDeath.addFirst(listener);
    }

    /** A call of a port: counted, and faults may strike. */
    <T extends @org.jspecify.annotations.Nullable Object> T call(String name, Supplier<T> body) {
        requireAlive(name);
        SimFaults.Call call = faults.count(name);
        faults.strike(call, SimFaults.Moment.BEFORE);
        requireAlive(name);
        T result = entered(name, body);
        faults.strike(call, SimFaults.Moment.AFTER);
        requireAlive(name);
        return result;
    }

    void perform(String name, Runnable body) {
        call(name, () -> {
            body.run();
            return true;
        });
    }

    private <T extends @org.jspecify.annotations.Nullable Object> T entered(String name, Supplier<T> body) {
        boolean first = !name.startsWith("store.await") && inside.add(Thread.currentThread());
        try {
            return uncounted(name, body);
        } finally {
            if (first) {
                inside.remove(Thread.currentThread());
            }
        }
    }

    /** A wait: not counted, but it ends when jxld dies. */
    <T extends @org.jspecify.annotations.Nullable Object> T uncounted(String name, Supplier<T> body) {
        requireAlive(name);
        try {
            return body.get();
        } catch (RuntimeException e) {
            // What its death has broken, a dead one does not see: it would write down that it has failed.
            requireAlive(name);
            throw e;
        }
    }

    void requireAlive(String name) {
        if (!alive()) {
            awaitDeath();
            throw new DaemonKilled(name);
        }
    }

    private void awaitDeath() {
        try {
            dead.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether events of watches do not reach jxld. */
    boolean losesEvents() {
        return faults.losesEvents();
    }

    boolean alive() {
        return killedAt.get().isEmpty();
    }

    /** Whoever comes second waits until the death is complete. */
    synchronized void kill(String at) {
        if (killedAt.compareAndSet(Optional.empty(), Optional.of(at))) {
            try {
                atDeath.forEach(Runnable::run);
            } finally {
                dead.countDown();
            }
            afterDeath.forEach(Runnable::run);
            awaitStillness();
        }
    }

    /** What another thread of the dead one was just doing is done before the next one lives: no dead process acts later. */
    private void awaitStillness() {
        long end = System.nanoTime() + STILLNESS.toNanos();
        while (inside.stream().anyMatch(thread -> thread != Thread.currentThread()) && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
