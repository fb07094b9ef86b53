package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.XenStoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** One life of jxld as the host sees it: every call goes through here, is counted, may fail, and is refused after its death. */
final class Incarnation {
    private final SimFaults faults;
    private final AtomicReference<Optional<String>> killedAt = new AtomicReference<>(Optional.empty());
    private final List<Runnable> onDeath = new CopyOnWriteArrayList<>();

    Incarnation(SimFaults faults) {
        this.faults = faults;
    }

    /** Called once, on the killer's thread, at the moment of death: before anything of the dead one is cleaned up. */
    void onDeath(Runnable listener) {
        onDeath.addFirst(listener);
    }

    /** A call of a port: counted, and faults may strike. */
    <T extends @org.jspecify.annotations.Nullable Object> T call(String name, Supplier<T> body) {
        requireAlive(name);
        SimFaults.Call call = faults.count(name);
        faults.strike(call, SimFaults.Moment.BEFORE);
        requireAlive(name);
        T result = uncounted(name, body);
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

    /** A wait: not counted, but it ends when jxld dies. */
    <T extends @org.jspecify.annotations.Nullable Object> T uncounted(String name, Supplier<T> body) {
        requireAlive(name);
        try {
            return body.get();
        } catch (XenStoreException.ConnectionLost lost) {
            requireAlive(name);
            throw lost;
        }
    }

    void requireAlive(String name) {
        if (!alive()) {
            throw new DaemonKilled(name);
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
            onDeath.forEach(Runnable::run);
        }
    }
}
