package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.DomainFacts;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of the host that domains being made are going to take. Whoever reserves first comes first: nobody counts what an earlier
 * one has reserved and not yet taken as free, and nobody waits for a later one. There is no lock.
 */
public final class MemoryReservations {
    private final AtomicLong tickets = new AtomicLong();
    private final ConcurrentSkipListMap<Long, Reservation> held = new ConcurrentSkipListMap<>();

    /** One domain's, until closed. Idempotent. */
    public final class Reservation implements AutoCloseable {
        private final long ticket;
        private final DomainUuid owner;
        private final Optional<DomainId> other;
        private final long kib;

        private Reservation(long ticket, DomainUuid owner, Optional<DomainId> other, long kib) {
            this.ticket = ticket;
            this.owner = owner;
            this.other = other;
            this.kib = kib;
        }

        /** Its size, in KiB. */
        public long kib() {
            return kib;
        }

        /** What those before this one have reserved and not yet taken, in KiB. */
        public long before(List<DomainFacts> domains) {
            return outstanding(held.headMap(ticket, false).values().stream().toList(), domains);
        }

        @Override
        public void close() {
            held.remove(ticket);
        }
    }

    /**
     * Reserves memory for a domain.
     *
     * @param other a domain of that UUID that has its memory already and is another one
     */
    public Reservation reserve(DomainUuid owner, Optional<DomainId> other, long kib) {
        long ticket = tickets.incrementAndGet();
        Reservation reservation = new Reservation(ticket, owner, other, kib);
        held.put(ticket, reservation);
        return reservation;
    }

    /** What all have reserved and not yet taken, in KiB. */
    public long all(List<DomainFacts> domains) {
        return outstanding(held.values().stream().toList(), domains);
    }

    private static long outstanding(List<Reservation> reservations, List<DomainFacts> domains) {
        return reservations.stream()
                .mapToLong(r -> Math.max(0, r.kib - taken(r, domains)))
                .sum();
    }

    private static long taken(Reservation r, List<DomainFacts> domains) {
        return domains.stream()
                .filter(f -> f.uuid().equals(r.owner)
                        && r.other.filter(f.id()::equals).isEmpty()
                        && !f.id().equals(DomainId.DOM0)
                        && !f.flags().dying())
                .mapToLong(f -> f.memoryKib() + f.outstandingKib())
                .sum();
    }
}
