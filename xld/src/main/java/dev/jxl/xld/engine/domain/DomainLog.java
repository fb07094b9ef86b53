package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.store.EventLog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns what is seen of domains into events: one for each change, whoever sees it first. An operation says at once what it did; the
 * supervisor's look at all domains may be older than that when it comes to be told, so it carries the moment it began, and
 * what is newer stands. What the last jxld told is where the next one goes on, so that what happened between is told as well.
 */
public final class DomainLog {
    private static final String ABSENT = "absent";
    private static final String BUILT = "built";
    private static final String RUNNING = "running";
    private static final String PAUSED = "paused";
    private static final String SHUTDOWN = "shutdown";
    private static final Set<String> BEFORE_FIRST_RUN = Set.of(ABSENT, "shell", BUILT);
    private static final Set<String> FOR_GOOD = Set.of("poweroff", "reboot", "crash", "watchdog");
    private static final Set<String> ENDS = Set.of(SHUTDOWN, "dying", ABSENT);

    private final EventLog events;
    private final Map<Key, Seen> known = new HashMap<>();
    /** Domains that are being taken away: that they are paused for it is nobody's news. */
    private final Set<Key> leaving = new HashSet<>();
    /** Seen once without a name: its toolstack may be about to write it. The next look tells of it with or without one. */
    private final Set<Key> nameless = new HashSet<>();

    private long moment;

    /** Goes on where the events that are there end. */
    public DomainLog(EventLog events) {
        this.events = events;
        for (DomainEvent e : events.listLastOfLiving()) {
            Key key = new Key(new DomainId(e.domid()), DomainUuid.parse(e.domainUuid()));
            Map<String, String> data = e.data();
            String reason = data.getOrDefault("reason", "");
            known.put(key, new Seen(e.domainName(), data.getOrDefault("state", ABSENT), reason, moment));
        }
    }

    private record Key(DomainId domid, DomainUuid uuid) {}

    /** What was last told of a domain, and when; a domain that went stays as absent until a look began after that. */
    private record Seen(String name, String word, String reason, long moment) {
        /** Only a suspended domain, or one that is to be reset, may run again. */
        boolean stoppedForGood() {
            return word.equals(SHUTDOWN) && FOR_GOOD.contains(reason);
        }
    }

    /**
     * A domain in a look at all of them.
     *
     * @param word {@link dev.jxl.xld.model.DomainState#word()}
     * @param reason why it stopped; empty unless shut down
     */
    public record Sighting(DomainId domid, DomainUuid uuid, String name, String word, String reason) {}

    /** The moment that a look begins at. */
    public synchronized long begin() {
        return ++moment;
    }

    /** A look at all domains is done; what is known and not in it is gone. */
    public synchronized void looked(long begun, List<Sighting> all) {
        Map<Key, Seen> before = Map.copyOf(known);
        Set<Key> present = new HashSet<>();
        for (Sighting s : all) {
            Key key = new Key(s.domid(), s.uuid());
            present.add(key);
            Seen last = before.get(key);
            boolean early = last == null && s.name().equals(Domains.NO_NAME) && nameless.add(key);
            if (!early && !leaving.contains(key) && (last == null || last.moment() < begun)) {
                change(key, s.name(), s.word(), s.reason());
            }
        }
        nameless.retainAll(present);
        before.forEach((key, last) -> {
            if (!present.contains(key) && last.moment() < begun) {
                change(key, last.name(), ABSENT, "");
                known.remove(key);
            }
        });
    }

    /** An operation has brought a domain into a state. */
    public synchronized void seen(DomainId domid, DomainUuid uuid, String name, String word) {
        change(new Key(domid, uuid), name, word, "");
    }

    /**
     * A domain is about to be taken away; until {@link #left} the looks do not tell of it.
     *
     * @param facts what Xen says of it now: it may have stopped by itself, unseen so far
     */
    public synchronized void leaving(DomainFacts facts) {
        Key key = new Key(facts.id(), facts.uuid());
        leaving.add(key);
        Seen last = known.get(key);
        if (last != null && facts.flags().shutdown() && !facts.flags().dying()) {
            String reason = facts.shutdownReason().map(ShutdownReason::word).orElse("");
            change(key, last.name(), SHUTDOWN, reason);
        }
    }

    /**
     * The reverse of {@link #leaving}.
     *
     * @param became what has become of it: absent, or dying; empty when it could not be taken away
     */
    public synchronized void left(DomainId domid, DomainUuid uuid, Optional<DomainState> became) {
        Key key = new Key(domid, uuid);
        leaving.remove(key);
        Seen last = known.get(key);
        if (last != null) {
            became.ifPresent(state -> change(key, last.name(), state.word(), ""));
        }
    }

    private void change(Key key, String named, String seen, String reason) {
        Seen last = known.get(key);
        // Toolstacks remove a domain's nodes before the domain: what is told of its end is told of that name.
        String name = last != null && named.equals(Domains.NO_NAME) ? last.name() : named;
        String from = last == null ? ABSENT : last.word();
        // A domain that was let run and has not had a CPU yet looks as if it were new.
        String word = seen.equals(BUILT) && !BEFORE_FIRST_RUN.contains(from) ? PAUSED : seen;
        if (last != null && last.stoppedForGood() && !ENDS.contains(word)) {
            return;
        }
        known.put(key, new Seen(name, word, reason, ++moment));
        String at = from;
        if (at.equals(ABSENT) && !BEFORE_FIRST_RUN.contains(word)) {
            tell(key, name, at, BUILT, "");
            at = BUILT;
        }
        if (word.equals(SHUTDOWN) && !at.equals(SHUTDOWN) && !at.equals(RUNNING)) {
            // What has stopped by itself has run, though nobody looked at that moment.
            tell(key, name, at, RUNNING, "");
            at = RUNNING;
        }
        if (!at.equals(word)) {
            tell(key, name, at, word, reason);
        }
    }

    private static String type(String from, String to, String reason) {
        if (from.equals(ABSENT)) {
            return "domain.created";
        }
        return switch (to) {
            case ABSENT -> "domain.destroyed";
            case RUNNING -> from.equals(PAUSED) ? "domain.unpaused" : "domain.started";
            case PAUSED -> "domain.paused";
            case SHUTDOWN -> reason.equals("crash") ? "domain.crashed" : "domain.shutdown";
            default -> "domain.state";
        };
    }

    /** Something happened to a domain that is no change of its state. */
    public void tell(String type, DomainUuid uuid, String name, int domid, Map<String, String> data) {
        events.add(type, uuid.toString(), name, domid, data);
    }

    private void tell(Key key, String name, String from, String to, String reason) {
        Map<String, String> data = new HashMap<>();
        data.put("from", from);
        data.put("state", to);
        if (!reason.isEmpty()) {
            data.put("reason", reason);
        }
        String type = type(from, to, reason);
        events.add(type, key.uuid().toString(), name, key.domid().value(), data);
    }
}
