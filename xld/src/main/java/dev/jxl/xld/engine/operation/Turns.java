package dev.jxl.xld.engine.operation;

import dev.jxl.config.DomainUuid;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which operation has a domain: at most one at a time, and at most one that is to have it next. One that is next has the domain at the
 * moment at which the other one lets go of it, so that nobody comes between them.
 */
final class Turns {
    private final Map<DomainUuid, Turn> turns = new ConcurrentHashMap<>();

    private record Turn(OperationRun holder, Optional<OperationRun> next) {}

    /** Takes a domain that nobody has; gives the operation that has it otherwise. */
    Optional<OperationRun> take(DomainUuid uuid, OperationRun run) {
        Turn held = turns.putIfAbsent(uuid, new Turn(run, Optional.empty()));
        if (held == null) {
            run.turnCame();
        }
        return Optional.ofNullable(held).map(Turn::holder);
    }

    /**
     * Takes a domain, or is to have it next where an operation that nobody asked for has it and no other one waits for that; gives
     * the operation that is in the way otherwise.
     */
    Optional<OperationRun> takeNext(DomainUuid uuid, OperationRun run) {
        Turn now = turns.compute(uuid, (key, held) -> {
            if (held == null) {
                return new Turn(run, Optional.empty());
            }
            boolean yields = held.holder().unasked() && held.next().isEmpty();
            return yields ? new Turn(held.holder(), Optional.of(run)) : held;
        });
        if (now.holder() == run) {
            run.turnCame();
            return Optional.empty();
        }
        return now.next().filter(next -> next == run).isPresent()
                ? Optional.empty()
                : now.next().or(() -> Optional.of(now.holder()));
    }

    /** Lets go of a domain, or gives up waiting for it; nothing happens when it does neither. */
    void release(DomainUuid uuid, OperationRun run) {
        Turn now = turns.computeIfPresent(uuid, (key, held) -> {
            if (held.holder() != run) {
                return new Turn(held.holder(), held.next().filter(next -> next != run));
            }
            return held.next().map(next -> new Turn(next, Optional.empty())).orElse(null);
        });
        // Told only after everybody can see it: who runs at once and asks who has the domain must find itself.
        if (now != null) {
            now.holder().turnCame();
        }
    }

    /** The operation that has a domain. */
    Optional<OperationRun> findHolder(DomainUuid uuid) {
        return Optional.ofNullable(turns.get(uuid)).map(Turn::holder);
    }
}
