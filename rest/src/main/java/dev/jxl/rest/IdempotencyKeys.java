package dev.jxl.rest;

import dev.jxl.config.ErrorCode;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.OperationView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which requests have been seen: a client that did not get its answer may ask again with the same {@code Idempotency-Key}
 * and gets the operation that the first request started. Kept in memory for a day, the newest thousand.
 */
final class IdempotencyKeys {
    private static final Duration KEPT = Duration.ofDays(1);
    private static final int MOST = 1000;
    private static final int LONGEST = 255;
    private final Clock clock;
    private final Map<String, Seen> seen = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    IdempotencyKeys(Clock clock) {
        this.clock = clock;
    }

    /**
     * The operation that the key stands for, started now if it is new. A refused request is not remembered.
     *
     * @throws ApiException when the key came with another request before
     */
    OperationView once(String key, CreateRequest request, Supplier<OperationView> start) {
        if (key.isBlank() || key.length() > LONGEST) {
            throw ApiException.badRequest("Idempotency-Key is a text of 1 to " + LONGEST + " characters");
        }
        lock.lock();
        try {
            dropOld();
            @Nullable Seen before = seen.get(key);
            if (before == null) {
                OperationView begun = start.get();
                seen.put(key, new Seen(request, begun, clock.instant()));
                return begun;
            }
            if (!before.request.equals(request)) {
                throw new ApiException(
                        ErrorCode.KEY_REUSED,
                        "Idempotency-Key '" + key + "' came with another request before (operation "
                                + before.operation.id() + "): take a new key for a new request");
            }
            return before.operation;
        } finally {
            lock.unlock();
        }
    }

    private void dropOld() {
        Instant oldest = clock.instant().minus(KEPT);
        Iterator<Seen> inOrder = seen.values().iterator();
        while (inOrder.hasNext()) {
            boolean old = inOrder.next().at.isBefore(oldest);
            if (!old && seen.size() < MOST) {
                return;
            }
            inOrder.remove();
        }
    }

    private record Seen(CreateRequest request, OperationView operation, Instant at) {}
}
