package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.store.EventLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns what is seen of domains into events: one for each change, whoever sees it first. */
final class DomainLog {
    private final EventLog events;
    private final Map<Key, Seen> known = new HashMap<>();

    DomainLog(EventLog events) {
        this.events = events;
    }

    private record Key(DomainId domid, DomainUuid uuid) {}

    private record Seen(String name, String word) {}

    /**
     * A domain was seen.
     *
     * @param word {@link dev.jxl.xld.model.DomainState#word()}
     * @param reason why it stopped; empty unless shut down
     */
    synchronized void seen(DomainId domid, DomainUuid uuid, String name, String word, String reason) {
        Key key = new Key(domid, uuid);
        Seen before = known.put(key, new Seen(name, word));
        if (before == null && (word.equals("shell") || word.equals("built"))) {
            tell("domain.created", key, name, null, word, "");
        } else if (before == null) {
            tell("domain.created", key, name, null, word, "");
            tell(typeOf("shell", word, reason), key, name, "shell", word, reason);
        } else if (!before.word().equals(word)) {
            String type = typeOf(before.word(), word, reason);
            tell(type, key, name, before.word(), word, reason);
        }
    }

    /** Xen has a domain no more. */
    synchronized void gone(DomainId domid, DomainUuid uuid) {
        Key key = new Key(domid, uuid);
        Seen before = known.remove(key);
        if (before != null) {
            tell("domain.destroyed", key, before.name(), before.word(), "absent", "");
        }
    }

    /** All domains that there are; what was known and is not among them is gone. */
    synchronized void only(Set<DomainId> present) {
        List<Key> away = known.keySet().stream()
                .filter(k -> !present.contains(k.domid()))
                .toList();
        away.forEach(k -> gone(k.domid(), k.uuid()));
    }

    /** Takes the domains of the start as known, without events. */
    synchronized void start(DomainId domid, DomainUuid uuid, String name, String word) {
        known.put(new Key(domid, uuid), new Seen(name, word));
    }

    private static String typeOf(String before, String now, String reason) {
        return switch (now) {
            case "running" -> before.equals("paused") ? "domain.unpaused" : "domain.started";
            case "paused" -> "domain.paused";
            case "shutdown" -> reason.equals("crash") ? "domain.crashed" : "domain.shutdown";
            default -> "domain.state";
        };
    }

    private void tell(String type, Key key, String name, @Nullable String from, String to, String reason) {
        Map<String, String> data = new HashMap<>();
        if (from != null) {
            data.put("from", from);
        }
        data.put("state", to);
        if (!reason.isEmpty()) {
            data.put("reason", reason);
        }
        events.add(type, key.uuid().toString(), name, key.domid().value(), data);
    }
}
