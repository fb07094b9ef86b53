package dev.jxl.xenstore.rules;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.XenStore;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Waiting for something to become true in the store. */
public final class ProbeLoop {
    private ProbeLoop() {}

    /** So that one who writes without pause cannot keep us from looking. */
    private static final int MOST_AT_ONCE = 1000;

    /**
     * Asks {@code probe} until it gives a value: at once, then after events of a watch on {@code path}, once for all that have come.
     *
     * @return empty when {@code timeout} has passed
     */
    public static <T> Optional<T> await(
            XenStore store, String path, Duration timeout, Function<? super StoreAccess, Optional<T>> probe) {
        long deadline = System.nanoTime() + WatchQueue.nanos(timeout);
        Optional<T> found = probe.apply(store);
        if (found.isPresent()) {
            return found;
        }
        try (Watch watch = store.watch(path)) {
            while (true) {
                // The first event comes at once, so a change between the first probe and the watch is not missed.
                long left = deadline - System.nanoTime();
                boolean told = watch.next(Duration.ofNanos(Math.max(0, left))).isPresent();
                for (int more = 0;
                        told && more < MOST_AT_ONCE && watch.next(Duration.ZERO).isPresent();
                        more++) {}
                found = probe.apply(store);
                if (found.isPresent() || !told) {
                    return found;
                }
            }
        }
    }
}
