package dev.jxl.xld.engine.operation;

import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.store.Database;
import dev.jxl.xld.store.RequestKeys;
import dev.jxl.xld.store.RequestKeys.KeyedRequest;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Requests that are sent again when their answer was lost: each key starts one operation. One key's request waits for no other's. */
public final class KeyedRequests {
    private final RequestKeys keys;
    private final Operations operations;
    private final Clock clock;
    private final Map<String, Use> inUse = new ConcurrentHashMap<>();

    /** Requests with one key, at most one of which is looked at. */
    private static final class Use {
        private final ReentrantLock lock = new ReentrantLock();
        private int requests;
    }

    /** Those of earlier lives of jxld too. */
    public KeyedRequests(Database database, Operations operations, Clock clock) {
        this.keys = new RequestKeys(database);
        this.operations = operations;
        this.clock = clock;
    }

    /**
     * Starts what a request asks for, or gives what an earlier one with its key has started.
     *
     * @throws ToolstackException.KeyReused when that one had asked for something else
     */
    public OperationView once(KeyedRequest keyed, Supplier<OperationView> start) {
        Use use = inUse.compute(keyed.key(), (key, known) -> {
            Use now = known == null ? new Use() : known;
            now.requests++;
            return now;
        });
        use.lock.lock();
        try {
            return alone(keyed, start);
        } finally {
            use.lock.unlock();
            inUse.compute(keyed.key(), (key, now) -> --use.requests == 0 ? null : now);
        }
    }

    private OperationView alone(KeyedRequest keyed, Supplier<OperationView> start) {
        Optional<RequestKeys.Seen> seen = keys.find(keyed.key(), clock.instant());
        if (seen.isEmpty()) {
            return ScopedValue.where(Operations.REQUEST, keyed).call(start::get);
        }
        if (!seen.get().fingerprint().equals(keyed.fingerprint())) {
            throw new ToolstackException.KeyReused(keyed.key(), seen.get().operation());
        }
        return operations.require(seen.get().operation());
    }
}
