package dev.jxl.xld.doctor;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The domains that something may belong to. A check lists its things first and asks for this afterwards: whatever makes a domain
 * makes it before its things, so what is nobody's then is nobody's for good.
 */
final class Present {
    private final Map<DomainId, DomainFacts> domains;
    private final Set<DomainId> numbers;
    private final Set<DomainUuid> owners;

    private Present(Map<DomainId, DomainFacts> domains, Set<DomainId> numbers, Set<DomainUuid> owners) {
        this.domains = domains;
        this.numbers = numbers;
        this.owners = owners;
    }

    static Present now(Host host, Surroundings around) {
        // Operations first: one that ends in between has its domain in Xen, or has cleared what it made.
        Set<DomainId> numbers = new HashSet<>(around.busyNumbers());
        Set<DomainUuid> owners = new HashSet<>(around.busyOwners());
        around.listKnown().forEach(known -> owners.add(known.uuid()));
        owners.addAll(around.listUnreadable().keySet());
        Map<DomainId, DomainFacts> domains =
                host.hypervisor().listDomains().stream().collect(Collectors.toMap(DomainFacts::id, f -> f));
        numbers.addAll(domains.keySet());
        domains.values().forEach(f -> owners.add(f.uuid()));
        owners.addAll(namedInStore(host, domains.keySet()));
        return new Present(domains, numbers, owners);
    }

    /** A domain that another toolstack keeps after its end has another UUID in Xen than in xenstore. */
    private static Set<DomainUuid> namedInStore(Host host, Set<DomainId> domains) {
        List<String> paths = new ArrayList<>();
        domains.forEach(d -> paths.add(Nodes.domain(d) + "/vm"));
        return host.store().findAll(paths).stream()
                .flatMap(vm -> vm.flatMap(Present::ofVm).stream())
                .collect(Collectors.toSet());
    }

    /** The UUID in a path of /vm. */
    static Optional<DomainUuid> ofVm(String path) {
        return path.startsWith("/vm/") ? uuid(path.substring("/vm/".length())) : Optional.empty();
    }

    static Optional<DomainUuid> uuid(String text) {
        try {
            // Written otherwise it is another node.
            return Optional.of(DomainUuid.parse(text))
                    .filter(uuid -> uuid.toString().equals(text));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    List<DomainFacts> list() {
        return domains.values().stream()
                .filter(f -> !f.id().equals(DomainId.DOM0))
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
    }

    /** Whether Xen has a domain of that number, be it dying, or an operation is about it. */
    boolean has(DomainId domain) {
        return numbers.contains(domain);
    }

    /** Whether a domain, a record of jxl's or an operation has that UUID. */
    boolean has(DomainUuid owner) {
        return owners.contains(owner);
    }

    /** Mends something of a number without a domain, unless there is a domain of that number now. */
    static Supplier<String> whileGone(Host host, Surroundings around, DomainId domain, Runnable mend, String done) {
        return () -> {
            if (now(host, around).has(domain)) {
                return "nothing: there is a domain " + domain + " now";
            }
            mend.run();
            return done;
        };
    }
}
