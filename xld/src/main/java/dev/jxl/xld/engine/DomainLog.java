package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.store.EventLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns what is seen of domains into events: one for each change, whoever sees it first. An operation says at once what it did; the
 * supervisor's look at all domains may be older than that when it comes to be told, so it carries the moment it began, and
 * what is newer stands.
 */
final class DomainLog {
    private static final String ABSENT = "absent";

    private final EventLog events;
    private final Map<Key, Seen> known = new HashMap<>();
    private long moment;

    DomainLog(EventLog events) {
        this.events = events;
    }

    private record Key(DomainId domid, DomainUuid uuid) {}

    /** What was last told of a domain, and when; a domain that went stays as absent until a look began after that. */
    private record Seen(String name, String word, long moment) {}

    /**
     * A domain in a look at all of them.
     *
     * @param word {@link dev.jxl.xld.model.DomainState#word()}
     * @param reason why it stopped; empty unless shut down
     */
    record Sighting(DomainId domid, DomainUuid uuid, String name, String word, String reason) {}

    /** The moment that a look begins at. */
    synchronized long begin() {
        return ++moment;
    }

    /** A look at all domains is done; what is known and not in it is gone. */
    synchronized void looked(long begun, List<Sighting> all) {
        Map<Key, Seen> before = Map.copyOf(known);
        for (Sighting s : all) {
            Key key = new Key(s.domid(), s.uuid());
            Seen last = before.get(key);
            if (last == null || last.moment() < begun) {
                change(key, s.name(), s.word(), s.reason());
            }
        }
        before.forEach((key, last) -> {
            boolean present = all.stream()
                    .anyMatch(s -> s.domid().equals(key.domid()) && s.uuid().equals(key.uuid()));
            if (!present && last.moment() < begun) {
                change(key, last.name(), ABSENT, "");
                known.remove(key);
            }
        });
    }

    /** An operation has brought a domain into a state. */
    synchronized void seen(DomainId domid, DomainUuid uuid, String name, String word) {
        change(new Key(domid, uuid), name, word, "");
    }

    /** An operation has destroyed a domain. */
    synchronized void gone(DomainId domid, DomainUuid uuid) {
        Key key = new Key(domid, uuid);
        Seen last = known.get(key);
        if (last != null) {
            change(key, last.name(), ABSENT, "");
        }
    }

    /** Takes the domains of the start as known, without events. */
    synchronized void start(List<Sighting> all) {
        all.forEach(s -> known.put(new Key(s.domid(), s.uuid()), new Seen(s.name(), s.word(), moment)));
    }

    private void change(Key key, String name, String word, String reason) {
        Seen last = known.put(key, new Seen(name, word, ++moment));
        String from = last == null ? ABSENT : last.word();
        if (from.equals(word)) {
            return;
        }
        if (from.equals(ABSENT)) {
            tell("domain.created", key, name, from, word, "");
            if (!word.equals("shell") && !word.equals("built")) {
                tell(type("built", word, reason), key, name, "built", word, reason);
            }
        } else {
            tell(type(from, word, reason), key, name, from, word, reason);
        }
    }

    private static String type(String from, String to, String reason) {
        return switch (to) {
            case ABSENT -> "domain.destroyed";
            case "running" -> from.equals("paused") ? "domain.unpaused" : "domain.started";
            case "paused" -> "domain.paused";
            case "shutdown" -> reason.equals("crash") ? "domain.crashed" : "domain.shutdown";
            default -> "domain.state";
        };
    }

    /** Something happened to a domain that is no change of its state. */
    void tell(String type, DomainUuid uuid, String name, int domid, Map<String, String> data) {
        events.add(type, uuid.toString(), name, domid, data);
    }

    private void tell(String type, Key key, String name, String from, String to, String reason) {
        Map<String, String> data = new HashMap<>();
        data.put("from", from);
        data.put("state", to);
        if (!reason.isEmpty()) {
            data.put("reason", reason);
        }
        events.add(type, key.uuid().toString(), name, key.domid().value(), data);
    }
}
