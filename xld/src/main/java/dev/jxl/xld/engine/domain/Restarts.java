package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.model.RestartHistory;
import dev.jxl.xld.model.RestartPolicy;
import dev.jxl.xld.store.RestartRecords;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** How often each domain has been started again, and when it may be the next time: in memory, and on disk before memory. */
public final class Restarts {
    private final RestartRecords records;
    private final RestartPolicy policy;
    private final Clock clock;
    private final Map<DomainUuid, RestartHistory> all = new ConcurrentHashMap<>();

    Restarts(RestartRecords records, RestartPolicy policy, Clock clock) {
        this.records = records;
        this.policy = policy;
        this.clock = clock;
        records.list().forEach((uuid, history) -> all.put(DomainUuid.parse(uuid), history));
    }

    /** What is known of a domain's restarts. */
    public RestartHistory history(DomainUuid uuid) {
        return all.getOrDefault(uuid, RestartHistory.beginning(Instant.EPOCH));
    }

    /** A life begins. */
    public void started(DomainUuid uuid) {
        change(uuid, h -> h.startedAgain(clock.instant()));
    }

    /** The stop that comes next is wanted, and does not count. */
    public void asked(DomainUuid uuid) {
        change(uuid, RestartHistory::askedToStop);
    }

    /** The core of this life has been dealt with. */
    public void dumped(DomainUuid uuid, int domid) {
        change(uuid, h -> h.dumped(domid));
    }

    /** A life has ended; gives the history that is new by this, or nothing when that was known. */
    public Optional<RestartHistory> stopped(DomainUuid uuid, int domid) {
        return stopped(uuid, domid, policy);
    }

    /** The same for a domain that is started again only so often in a row. */
    public Optional<RestartHistory> stopped(DomainUuid uuid, int domid, int most) {
        return stopped(uuid, domid, policy.atMost(most));
    }

    private Optional<RestartHistory> stopped(DomainUuid uuid, int domid, RestartPolicy patience) {
        RestartHistory before = history(uuid);
        RestartHistory after = patience.stopped(before, domid, clock.instant());
        if (after.equals(before)) {
            return Optional.empty();
        }
        change(uuid, h -> after);
        return Optional.of(after);
    }

    /** The next life of a domain could not be made, whose old one is over; gives the history that is new by this. */
    public RestartHistory failed(DomainUuid uuid, String why) {
        return change(uuid, h -> policy.failed(h, why, clock.instant()));
    }

    /** Whether a stopped domain may be started again now. */
    public boolean due(DomainUuid uuid) {
        RestartHistory history = history(uuid);
        return history.givenUp().isEmpty() && !clock.instant().isBefore(history.notBefore());
    }

    /** What a user should know; nothing while all is well. */
    public Optional<DomainView.Restarts> view(DomainUuid uuid) {
        RestartHistory h = history(uuid);
        if (h.quickStops() == 0 && h.failedStarts() == 0 && h.givenUp().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DomainView.Restarts(
                h.quickStops(),
                h.failedStarts(),
                h.failure().isEmpty() ? Optional.empty() : Optional.of(h.failure()),
                h.waits(clock.instant()) ? Optional.of(h.notBefore()) : Optional.empty(),
                h.givenUp().isEmpty() ? Optional.empty() : Optional.of(h.givenUp())));
    }

    /** Forgets how a domain's lives have gone. Idempotent. */
    public void remove(DomainUuid uuid) {
        if (all.remove(uuid) != null) {
            records.remove(uuid.toString());
        }
    }

    private RestartHistory change(DomainUuid uuid, UnaryOperator<RestartHistory> change) {
        return all.compute(uuid, (key, before) -> {
            RestartHistory after = change.apply(before == null ? RestartHistory.beginning(Instant.EPOCH) : before);
            records.save(uuid.toString(), after);
            return after;
        });
    }
}
