package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.doctor.Surroundings.Unanswered;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Stopped domains that should not be stopped, and about which nothing is done: each is told once, and stays known until that changes. */
public final class LeftStopped {
    private static final System.Logger LOG = System.getLogger(LeftStopped.class.getName());

    private final Host host;
    private final DomainLog log;
    private final Map<Life, Unanswered> all = new ConcurrentHashMap<>();

    /** One life of a domain: made again it has another number. */
    public record Life(DomainId domid, DomainUuid uuid) {
        /** That of a domain of Xen's. */
        public static Life of(DomainFacts f) {
            return new Life(f.id(), f.uuid());
        }
    }

    /** Tells each once in the log. */
    public LeftStopped(Host host, DomainLog log) {
        this.host = host;
        this.log = log;
    }

    /**
     * Nothing is done about a domain.
     *
     * @param why half a sentence; with the same advice another one is not told again
     */
    public void add(Found domain, String why, String advice) {
        String reason = reason(domain.facts());
        Unanswered before =
                all.put(Life.of(domain.facts()), new Unanswered(domain.id(), domain.name(), reason, why, advice));
        if (before != null && before.advice().equals(advice)) {
            return;
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "domain '" + domain.name() + "' has stopped (" + reason + ") and is left as it is: " + why + "; "
                        + advice);
        Map<String, String> data = new TreeMap<>();
        data.put("reason", reason);
        data.put("why", why);
        data.put("advice", advice);
        log.tell(
                "domain.left-stopped", domain.uuid(), domain.name(), domain.id().value(), data);
    }

    /** Something is done about it. */
    public void remove(Found domain) {
        all.remove(Life.of(domain.facts()));
    }

    /** Those that are still so. */
    public List<Unanswered> list() {
        if (all.isEmpty()) {
            return List.of();
        }
        Map<Life, String> stopped = host.hypervisor().listDomains().stream()
                .filter(f -> f.flags().shutdown() && !f.flags().dying())
                .collect(Collectors.toMap(Life::of, LeftStopped::reason));
        all.entrySet().removeIf(left -> !left.getValue().reason().equals(stopped.get(left.getKey())));
        return List.copyOf(all.values());
    }

    /** Why a domain has stopped, in Xen's word; empty when it has not. */
    public static String reason(DomainFacts facts) {
        return facts.shutdownReason().map(ShutdownReason::word).orElse("");
    }
}
