package dev.jxl.xld.engine;

import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.host.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reasons to look at the domains: what xenstored tells of domains that come, stop and go, and what others add. Any number of
 * them between two looks counts as one.
 *
 * @source docs/misc/xenstore.txt: @introduceDomain, @releaseDomain
 */
final class Announcements {
    private static final List<String> SPECIAL_NODES = List.of("@introduceDomain", "@releaseDomain");
    /** A watch waits for ever; it is closed to end that. */
    private static final Duration LONG = Duration.ofDays(1);

    private final Host host;
    private final Semaphore reasons = new Semaphore(0);

    Announcements(Host host) {
        this.host = host;
    }

    /** There is a reason. */
    void add() {
        reasons.release();
    }

    /** What was announced until now is about to be looked at. */
    void forget() {
        int _ = reasons.drainPermits();
    }

    /**
     * Waits for a reason.
     *
     * @return false when {@code timeout} has passed
     * @throws CancellationException when the thread is interrupted; it stays interrupted
     */
    boolean await(Duration timeout) {
        try {
            return reasons.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for an announcement");
        }
    }

    /** Listens to xenstored until closed. */
    Listening listen() {
        return new Listening();
    }

    /** One watch each for domains that come and that go, with a thread that waits for its events. */
    final class Listening implements AutoCloseable {
        private final AtomicReference<Optional<RuntimeException>> failure = new AtomicReference<>(Optional.empty());
        private final List<Watch> watches = new ArrayList<>();

        private Listening() {
            try {
                SPECIAL_NODES.forEach(node -> watches.add(host.store().watch(node)));
            } catch (RuntimeException notWatched) {
                close();
                throw notWatched;
            }
            for (Watch watch : watches) {
                Thread _ = Thread.ofVirtual().name("supervisor " + watch.path()).start(() -> pass(watch));
            }
        }

        private void pass(Watch watch) {
            try {
                while (true) {
                    if (watch.next(LONG).isPresent()) {
                        add();
                    }
                }
            } catch (XenStoreException | CancellationException ended) {
                // The end of the watch; whether it was meant is for the one who waits to know.
                failure.set(Optional.of(ended));
            } finally {
                add();
            }
        }

        /**
         * Checks that it still listens.
         *
         * @throws RuntimeException what has ended it
         */
        void requireAlive() {
            failure.get().ifPresent(ended -> {
                throw ended;
            });
        }

        @Override
        public void close() {
            watches.forEach(Watch::close);
        }
    }
}
