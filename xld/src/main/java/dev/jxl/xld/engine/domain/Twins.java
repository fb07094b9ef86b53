package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.DomainNodes;
import dev.jxl.xld.plan.Nodes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The two domains of one UUID that there are while a guest is sent from this host to this host: what belongs to the UUID (loop devices,
 * the /vm part of xenstore, jxl's record) is the sender's until the hand-over and the arrived one's from then on, and does not go with
 * the other one. Which of them is the guest, jxl's record says: by its domid.
 */
public final class Twins {
    private Twins() {}

    /** What holds a guest that arrives, while the sender on this host holds its UUID. */
    public static DomainUuid turnOfArrival(DomainUuid uuid) {
        return new DomainUuid(UUID.nameUUIDFromBytes(("jxl arrival " + uuid).getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The domain of this host that a guest comes from, if it does not come from another host. A domain that has its name must be that: it
     * is to have the name in the end, not at once, and the plan does not look.
     *
     * @throws ToolstackException.NameInUse when it is another one
     */
    public static Optional<DomainId> requireSender(List<Found> domains, DomainSpec spec) {
        String name = spec.name();
        List<Found> same = domains.stream().filter(d -> d.name().equals(name)).toList();
        if (same.size() == 1 && same.getFirst().uuid().equals(spec.uuid().orElseThrow())) {
            return Optional.of(same.getFirst().id());
        }
        if (!same.isEmpty()) {
            throw new ToolstackException.NameInUse(
                    "a domain named '" + name + "' exists here already: rename one of them");
        }
        return Optional.empty();
    }

    /** The domain of a UUID; one that is being destroyed only when there is no other. */
    public static Optional<DomainId> find(Host host, DomainUuid uuid) {
        return host.hypervisor().listDomains().stream()
                .filter(f -> f.uuid().equals(uuid))
                .min(Comparator.comparing(f -> f.flags().dying()))
                .map(DomainFacts::id);
    }

    /** Another domain of a UUID, which is not being destroyed. */
    public static Optional<DomainId> findOther(Host host, DomainUuid uuid, Optional<DomainId> than) {
        return host.hypervisor().listDomains().stream()
                .filter(f -> f.uuid().equals(uuid) && !f.flags().dying())
                .map(DomainFacts::id)
                .filter(d -> than.filter(d::equals).isEmpty())
                .findFirst();
    }

    /** Loop devices that the disks of another domain of the UUID stand on. */
    public static Set<Path> loopsOfOthers(Host host, DomainUuid uuid, Optional<DomainId> than) {
        return findOther(host, uuid, than).map(other -> loopsOf(host, other)).orElse(Set.of());
    }

    /** Loop devices that the disks of a domain stand on. */
    public static Set<Path> loopsOf(Host host, DomainId domain) {
        XenStore store = host.store();
        List<String> nodes = new ArrayList<>();
        DeviceIndex.list(store, domain, "vbd")
                .forEach(disk -> disk.backend().ifPresent(backend -> nodes.add(backend + "/node")));
        Set<Path> loops = new HashSet<>();
        store.findAll(nodes)
                .forEach(node -> node.filter(device -> device.startsWith("/dev/loop"))
                        .map(Path::of)
                        .ifPresent(loops::add));
        return Set.copyOf(loops);
    }

    /** Whether jxl's record is of another complete domain than this one, and that one is there. */
    public static boolean isOther(Host host, Managed managed, DomainUuid uuid, Optional<DomainId> than) {
        return managed.find(uuid)
                .filter(Entry::survivable)
                .flatMap(Twins::domid)
                .filter(d -> than.isPresent() && !d.equals(than.get()))
                .flatMap(d -> host.hypervisor().find(d))
                .filter(f -> f.uuid().equals(uuid) && !f.flags().dying())
                .isPresent();
    }

    /** Forgets a domain that is gone; the record of the other one stays. */
    public static void forget(Host host, Managed managed, DomainUuid uuid, Optional<DomainId> gone) {
        if (!isOther(host, managed, uuid, gone)) {
            managed.remove(uuid);
        }
    }

    /** Whether the guest is another domain than this one: the hand-over has been written down. */
    public static boolean handedOver(Managed managed, DomainUuid uuid, DomainId from) {
        return managed.find(uuid)
                .filter(Entry::survivable)
                .flatMap(Twins::domid)
                .filter(d -> !d.equals(from))
                .isPresent();
    }

    /**
     * The domain that sent a guest, when nobody has written down that it is another one now.
     *
     * @param arrived what has been made of it so far
     */
    public static Optional<DomainId> findSender(
            Host host, DomainUuid uuid, Optional<DomainId> arrived, Optional<Entry> entry) {
        return entry.flatMap(Twins::domid)
                .or(() -> host.hypervisor().listDomains().stream()
                        .filter(f -> f.uuid().equals(uuid) && !f.flags().dying())
                        .map(DomainFacts::id)
                        .filter(d -> arrived.filter(d::equals).isEmpty())
                        .filter(d -> host.store().find(Nodes.name(d)).isPresent()
                                && host.store().find(Nodes.mark(d)).isEmpty())
                        .findFirst());
    }

    private static Optional<DomainId> domid(Entry entry) {
        return entry.domid().isPresent()
                ? Optional.of(new DomainId(entry.domid().getAsInt()))
                : Optional.empty();
    }

    /** Whether a domain cannot run by itself: it has been suspended, or is going. */
    public static boolean stands(Host host, DomainId d) {
        return host.hypervisor()
                .find(d)
                .filter(f -> !f.flags().dying())
                .map(f -> f.shutdownReason()
                        .filter(ShutdownReason.SUSPEND::equals)
                        .isPresent())
                .orElse(true);
    }

    /** The UUID's part of xenstore is a domain's again, which had it before. */
    public static void giveVm(Host host, DomainId d, DomainUuid uuid) {
        String started = Nodes.vm(uuid) + "/start_time";
        host.store()
                .change(t -> t.find(Nodes.name(d)).ifPresent(name -> {
                    Optional<String> start = t.find(started);
                    t.performAll(DomainNodes.renamed(d, uuid, name));
                    start.ifPresent(time -> t.write(started, time));
                }));
    }

    /** What a migration to this host has left when it was over, and could not remove. */
    public static boolean isLeftOver(Managed managed, Found f) {
        boolean sent = f.name().endsWith(Naming.AWAY)
                && f.facts()
                        .shutdownReason()
                        .filter(ShutdownReason.SUSPEND::equals)
                        .isPresent();
        return (f.unfinished() || sent) && !f.facts().flags().dying() && handedOver(managed, f.uuid(), f.id());
    }
}
