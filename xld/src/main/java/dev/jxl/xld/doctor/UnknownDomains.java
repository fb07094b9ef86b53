package dev.jxl.xld.doctor;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Domains that nothing but Xen knows of, and those that an operation of jxl's has left half made. Never mended: it may be another
 * toolstack that is making one now.
 */
record UnknownDomains(Host host, Surroundings around) implements Check {
    @Override
    public String words() {
        return "domains that nobody knows";
    }

    @Override
    public List<Trouble> look() {
        Set<DomainUuid> busy = around.busyOwners();
        List<Trouble> found = new ArrayList<>();
        for (DomainFacts f : Present.now(host, around).list()) {
            if (!f.flags().dying() && !busy.contains(f.uuid())) {
                look(f).ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<Trouble> look(DomainFacts f) {
        String object = "domain " + f.id();
        String end = "'jxl destroy " + f.id() + "' ends it";
        List<Optional<String>> nodes = host.store().findAll(List.of(Nodes.name(f.id()), Nodes.mark(f.id())));
        if (nodes.get(1).isPresent()) {
            return Optional.of(Trouble.told(
                    "domain-unfinished",
                    Severity.WARNING,
                    object,
                    "jxl was making or destroying it, and has not come to the end of that",
                    end));
        }
        if (nodes.get(0).isPresent()) {
            return Optional.empty();
        }
        // One that has never run is mostly one that another toolstack is just making.
        return Optional.of(
                f.cpuTimeNanos() == 0 && f.flags().paused()
                        ? Trouble.told(
                                "domain-without-store",
                                Severity.NOTE,
                                object,
                                "xenstore knows nothing of it yet: another toolstack is making it, or was stopped"
                                        + " while it did",
                                "look again in a minute; if it is still there and nobody is making it, " + end)
                        : Trouble.told(
                                "domain-without-store",
                                Severity.ERROR,
                                object,
                                "it runs, and xenstore has lost all nodes of it, as when xenstored was started anew:"
                                        + " nobody can ask it for anything",
                                end + "; rebooting the host is the way back for all of them"));
    }
}
