package dev.jxl.xld.host.sim;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.GuestBuilder.Built;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One simulated domain, as Xen keeps it. Everything in it is guarded by its gate, which also decides whether the guest may run. */
final class SimDomain {
    /** An idle guest uses a two hundredth of a CPU. */
    private static final int IDLE_SHARE = 200;

    final DomainId id;
    final DomainSpec spec;
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition changed = gate.newCondition();
    private final LongSupplier clockNanos;
    private final IntSupplier pool;
    private final Set<String> holders = new TreeSet<>();
    private DomainUuid uuid;
    private int pauseCount = 1;
    private boolean dying;
    private boolean gone;
    private @Nullable ShutdownReason shutdownReason;
    // Read without the lock: who counts the host's memory would otherwise wait for a guest that waits for the count.
    private volatile long memoryKib;
    private long maxMemoryKib;
    private volatile long outstandingKib;
    private int onlineVcpus;
    private int vcpus;
    private int nextPort = 1;
    private int storePort;
    private int consolePort;
    private long storeGfn;
    private long consoleGfn;
    private @Nullable DirectBoot boot;
    private boolean introduced;
    private boolean pvDrivers;
    private boolean started;
    private boolean resumed;
    private long cpuTimeNanos;
    private long runningSinceNanos;

    SimDomain(DomainId id, DomainUuid uuid, DomainSpec spec, LongSupplier clockNanos, IntSupplier pool) {
        this.id = id;
        this.uuid = uuid;
        this.spec = spec;
        this.clockNanos = clockNanos;
        this.pool = pool;
    }

    /** Runs a body with the gate closed: no guest code runs meanwhile. */
    <T> T under(Supplier<T> body) {
        gate.lock();
        try {
            chargeCpu();
            T result = body.get();
            changed.signalAll();
            return result;
        } finally {
            gate.unlock();
        }
    }

    /**
     * Runs a piece of the guest as soon as the guest may run; not at all when the domain has ended.
     *
     * @return false when the domain has ended, or the piece says that the guest has stopped
     */
    boolean runGuest(BooleanSupplier piece) throws InterruptedException {
        gate.lockInterruptibly();
        try {
            while (!ended() && !runnable()) {
                changed.await();
            }
            return !ended() && piece.getAsBoolean();
        } finally {
            gate.unlock();
        }
    }

    private boolean ended() {
        return gone || dying || shutdownReason != null;
    }

    private boolean runnable() {
        return pauseCount == 0 && boot != null && introduced;
    }

    private void chargeCpu() {
        long now = clockNanos.getAsLong();
        if (pauseCount == 0 && boot != null && !ended()) {
            cpuTimeNanos += Math.max(0, now - runningSinceNanos) * onlineVcpus / IDLE_SHARE;
        }
        runningSinceNanos = now;
    }

    DomainFacts facts() {
        return under(() -> new DomainFacts(
                id,
                uuid,
                new DomainFacts.Flags(
                        dying,
                        spec.type() != GuestType.PV,
                        shutdownReason != null,
                        pauseCount > 0,
                        shutdownReason == null && (onlineVcpus == 0 || pauseCount == 0),
                        false),
                Optional.ofNullable(shutdownReason),
                memoryKib,
                maxMemoryKib,
                outstandingKib,
                cpuTimeNanos,
                onlineVcpus,
                spec.maxVcpus(),
                pool.getAsInt()));
    }

    // What Xen does to it.

    void prepare(int storePortNumber, int consolePortNumber, long limitKib) {
        under(() -> {
            vcpus = spec.maxVcpus();
            maxMemoryKib = limitKib;
            storePort = storePortNumber;
            consolePort = consolePortNumber;
            return true;
        });
    }

    int allocatePort() {
        return under(() -> nextPort++);
    }

    void setMemory(long kib, long claimedKib) {
        under(() -> {
            memoryKib = kib;
            outstandingKib = claimedKib;
            return true;
        });
    }

    long usedKib() {
        return memoryKib;
    }

    long claimedKib() {
        return outstandingKib;
    }

    void setBuilt(DirectBoot image, long storeFrame, long consoleFrame) {
        under(() -> {
            boot = image;
            storeGfn = storeFrame;
            consoleGfn = consoleFrame;
            onlineVcpus = 1;
            return true;
        });
    }

    /** Filled with a guest that has run before. */
    void setRestored(DirectBoot image, long storeFrame, long consoleFrame) {
        under(() -> {
            setBuilt(image, storeFrame, consoleFrame);
            resumed = true;
            return true;
        });
    }

    boolean prepared() {
        return under(() -> vcpus > 0);
    }

    /** Whether a ring introduced to xenstored is the one that was built. */
    boolean introduce(long gfn, int port) {
        return under(() -> {
            if (boot == null || gfn != storeGfn || port != storePort) {
                return false;
            }
            introduced = true;
            return true;
        });
    }

    boolean hasConsole(long gfn, int port) {
        return under(() -> boot != null && gfn == consoleGfn && port == consolePort);
    }

    void pause() {
        under(() -> ++pauseCount);
    }

    /** False when it is not paused. */
    boolean unpause() {
        return under(() -> {
            if (pauseCount == 0) {
                return false;
            }
            pauseCount--;
            return true;
        });
    }

    /** True once: the guest is to be started now. */
    boolean startOnce() {
        return under(() -> {
            boolean now = !started && boot != null && pauseCount == 0;
            started |= now;
            return now;
        });
    }

    /** False when it has stopped before. */
    boolean stop(ShutdownReason reason) {
        return under(() -> {
            if (ended()) {
                return false;
            }
            shutdownReason = reason;
            return true;
        });
    }

    /** False when it is not suspended. */
    boolean resume() {
        return under(() -> {
            if (shutdownReason != ShutdownReason.SUSPEND || dying) {
                return false;
            }
            shutdownReason = null;
            resumed = true;
            return true;
        });
    }

    /**
     * Has its guest boot anew, when it is let run, in the memory that it has; false when it is not as Xen wants it for that.
     *
     * @source xen/common/domain.c: domain_soft_reset; xen/common/event_channel.c: evtchn_reset
     */
    boolean softReset() {
        return under(() -> {
            if (shutdownReason == null || pauseCount == 0 || dying || spec.type() == GuestType.PV) {
                return false;
            }
            shutdownReason = null;
            nextPort = 1;
            storePort = 0;
            consolePort = 0;
            introduced = false;
            pvDrivers = false;
            resumed = false;
            started = false;
            return true;
        });
    }

    /** Where its rings are. */
    Built rings() {
        return under(() -> new Built(storeGfn, consoleGfn));
    }

    /** Whether its guest goes on from a suspend and has booted long ago. */
    boolean resumed() {
        return under(() -> resumed);
    }

    DomainUuid uuid() {
        return under(() -> uuid);
    }

    void changeUuid(DomainUuid other) {
        under(() -> uuid = other);
    }

    /** Begins to end it; true when nobody holds its pages, so that it is gone. */
    boolean end() {
        return under(() -> {
            dying = true;
            gone = holders.isEmpty();
            return gone;
        });
    }

    void hold(String holder) {
        under(() -> holders.add(holder));
    }

    /** True when it was dying and this was the last who held its pages. */
    boolean letGo(String holder) {
        return under(() -> {
            boolean held = holders.remove(holder);
            if (held && dying && !gone && holders.isEmpty()) {
                gone = true;
                return true;
            }
            return false;
        });
    }

    Set<String> holders() {
        return under(() -> Set.copyOf(holders));
    }

    /** Whether its vCPUs run. */
    boolean runs() {
        return under(() -> !ended() && runnable());
    }

    // What the guest does.

    Optional<DirectBoot> image() {
        return under(() -> Optional.ofNullable(boot));
    }

    void guestIsUp(boolean withPvDrivers) {
        under(() -> {
            onlineVcpus = spec.vcpus();
            pvDrivers = withPvDrivers;
            return true;
        });
    }

    /** The guest's kernel switches vCPUs on or off. */
    void bringOnline(int wanted) {
        under(() -> {
            if (wanted > 0) {
                onlineVcpus = Math.min(wanted, spec.maxVcpus());
            }
            return true;
        });
    }

    void limitMemory(long kib) {
        under(() -> {
            maxMemoryKib = kib;
            return true;
        });
    }

    /** What the guest may grow to. */
    long limitKib() {
        return under(() -> maxMemoryKib);
    }

    boolean hasPvDrivers() {
        return under(() -> pvDrivers);
    }
}
