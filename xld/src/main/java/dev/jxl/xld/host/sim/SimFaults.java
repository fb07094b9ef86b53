package dev.jxl.xld.host.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Faults at the calls of the ports. Every call of a port, and every request to xenstore, is counted and can be made to fail;
 * what the host does by itself (guests, backends) is not counted, and neither is waiting for a watch's events.
 */
public final class SimFaults {
    /**
     * A call of a port.
     *
     * @param number from 1 since the last reset; 0 when it is not counted
     * @param name port and method, and what it is about
     */
    public record Call(int number, String name) {}

    /** What happens at a call. */
    @FunctionalInterface
    public interface Fault {
        /** Does it: throws, waits, or does something elsewhere and lets the call go on. */
        void strike(Call call);
    }

    /** When a fault strikes: before the host has done anything, or when all is done and the answer is lost. */
    public enum Moment {
        /** The call does nothing. */
        BEFORE,
        /** The call has its effect. */
        AFTER
    }

    private record Armed(Predicate<Call> where, Moment moment, boolean once, Fault fault) {}

    /** How many conflicts the transaction meets whose call has just been struck, on its thread. */
    private static final ThreadLocal<Integer> CONFLICTS = ThreadLocal.withInitial(() -> 0);

    private final List<Armed> armed = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private Predicate<? super Thread> counted = thread -> true;
    private int struck;
    private volatile boolean deaf;

    SimFaults() {}

    /** Forgets what was counted and all faults. */
    public synchronized void reset() {
        armed.clear();
        calls.clear();
        struck = 0;
        deaf = false;
    }

    /** From now on no event of a watch reaches jxld, until the next reset: whoever waits for one sees what is new when it looks. */
    public void loseEvents() {
        deaf = true;
    }

    boolean losesEvents() {
        return deaf;
    }

    /**
     * Counts, and lets faults strike, only calls of some threads; the others' calls go on as if there were no faults. A reset does
     * not change it.
     */
    public synchronized void countOnly(Predicate<? super Thread> threads) {
        counted = threads;
    }

    /** The calls since the last reset. */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /** How many faults have struck since the last reset. */
    public synchronized int struck() {
        return struck;
    }

    /**
     * Puts a fault at a call, once.
     *
     * @param number counted since the last reset, from 1
     */
    public synchronized void at(int number, Moment moment, Fault fault) {
        armed.add(new Armed(call -> call.number() == number, moment, true, fault));
    }

    /**
     * Puts a fault at the next call of a name, once.
     *
     * @param name port and method, e.g. {@code hypervisor.pause} or {@code store.write}; a part of what is after it can be
     *     added: {@code store.write /vm/}
     */
    public synchronized void atNext(String name, Moment moment, Fault fault) {
        armed.add(new Armed(call -> call.name().startsWith(name), moment, true, fault));
    }

    /** Puts a fault at one of the next calls whose name starts so, once. */
    public synchronized void at(String name, int which, Moment moment, Fault fault) {
        AtomicInteger seen = new AtomicInteger();
        armed.add(new Armed(
                call -> call.name().startsWith(name) && seen.incrementAndGet() == which, moment, true, fault));
    }

    /** Puts a fault at every call whose name starts so, until the next reset. */
    public synchronized void atEach(String name, Moment moment, Fault fault) {
        armed.add(new Armed(call -> call.name().startsWith(name), moment, false, fault));
    }

    /** The call fails. */
    public static Fault fail(Function<Call, ? extends RuntimeException> error) {
        return call -> {
            throw error.apply(call);
        };
    }

    /** The call, a transaction of xenstore, finds so many times that others have changed what it has read before it is committed. */
    public static Fault conflicts(int number) {
        return call -> CONFLICTS.set(number);
    }

    static int takeConflicts() {
        int number = CONFLICTS.get();
        CONFLICTS.remove();
        return number;
    }

    /** The call waits until the latch is open, then goes on. */
    public static Fault hangUntil(CountDownLatch released) {
        return call -> {
            boolean interrupted = false;
            while (true) {
                try {
                    released.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Something else happens at that moment; the call goes on. */
    public static Fault meanwhile(Runnable something) {
        return call -> something.run();
    }

    synchronized Call count(String name) {
        if (!counted.test(Thread.currentThread())) {
            return new Call(0, name);
        }
        Call call = new Call(calls.size() + 1, name);
        calls.add(call);
        return call;
    }

    void strike(Call call, Moment moment) {
        Fault fault = call.number() == 0 ? null : take(call, moment);
        if (fault != null) {
            fault.strike(call);
        }
    }

    private synchronized @org.jspecify.annotations.Nullable Fault take(Call call, Moment moment) {
        Armed found = armed.stream()
                .filter(candidate ->
                        candidate.moment() == moment && candidate.where().test(call))
                .findFirst()
                .orElse(null);
        if (found == null) {
            return null;
        }
        if (found.once()) {
            armed.remove(found);
        }
        struck++;
        return found.fault();
    }
}
