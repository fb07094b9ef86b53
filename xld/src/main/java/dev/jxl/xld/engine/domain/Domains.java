package dev.jxl.xld.engine.domain;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.model.DomainState;
import dev.jxl.xld.model.Observation;
import dev.jxl.xld.plan.Nodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The domains of the host, as they are now: asked of Xen and xenstore each time, never remembered. */
public final class Domains {
    /** What xl prints for a domain that has no name. */
    public static final String NO_NAME = "(null)";

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}");
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final Host host;
    private final Managed managed;
    private final Defined defined;
    private final Operations operations;

    /** Whether jxl answers for one, is at it, or knows it when it does not run, is asked of the others. */
    public Domains(Host host, Managed managed, Defined defined, Operations operations) {
        this.defined = defined;
        this.host = host;
        this.managed = managed;
        this.operations = operations;
    }

    /**
     * A domain, found.
     *
     * @param facts what Xen says
     * @param name what xenstore says; {@code (null)} when nothing
     * @param type what xenstore says
     * @param unfinished whether jxl's mark "destroy if found" stands in xenstore
     * @param state what it is doing
     */
    public record Found(
            DomainFacts facts, String name, Optional<GuestType> type, boolean unfinished, DomainState state) {
        /** Its number. */
        public DomainId id() {
            return facts.id();
        }

        /** Its UUID. */
        public DomainUuid uuid() {
            return facts.uuid();
        }

        /** What an operation about it is about. */
        public Operations.Subject subject() {
            return new Operations.Subject(uuid(), name, Optional.of(id().value()));
        }

        /**
         * For what only a living domain can have done to it.
         *
         * @param verb what is refused, without its last letter: "pause", "triggere"
         */
        public void refuseUnlessAlive(String verb) {
            switch (state) {
                case DomainState.ShutDown(var reason) ->
                    throw new ToolstackException.WrongState(
                            "domain '" + name + "' cannot be " + verb + "d: it has stopped (" + reason.word() + ")");
                case DomainState.Dying _ ->
                    throw new ToolstackException.WrongState(
                            "domain '" + name + "' cannot be " + verb + "d: it is being torn down");
                case DomainState.Shell _ ->
                    throw new ToolstackException.WrongState(
                            "domain '" + name + "' cannot be " + verb + "d: it is not complete");
                default -> {}
            }
        }
    }

    /** All of them. */
    public List<Found> list() {
        return describe(host.hypervisor().listDomains());
    }

    private List<Found> describe(List<DomainFacts> all) {
        XenStore store = host.store();
        List<String> paths = new ArrayList<>();
        for (DomainFacts f : all) {
            paths.add(Nodes.name(f.id()));
            paths.add(Nodes.libxl(f.id()) + "/type");
            paths.add(Nodes.mark(f.id()));
        }
        List<Optional<String>> values = store.findAll(paths);
        List<Found> out = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Optional<String> name = values.get(3 * i);
            boolean unfinished = values.get(3 * i + 2).isPresent();
            Observation seen = new Observation(Optional.of(all.get(i)), name.isPresent(), unfinished);
            out.add(new Found(
                    all.get(i),
                    name.map(Printable::brief).orElse(NO_NAME),
                    values.get(3 * i + 1).flatMap(Domains::type),
                    unfinished,
                    DomainState.of(seen)));
        }
        return List.copyOf(out);
    }

    private static Optional<GuestType> type(String word) {
        return Arrays.stream(GuestType.values())
                .filter(t -> t.word().equals(word))
                .findFirst();
    }

    /**
     * One domain, by number, UUID or name.
     *
     * @throws ToolstackException.DomainNotFound when there is none
     */
    public Found require(String reference) {
        return find(reference).orElseThrow(() -> new ToolstackException.DomainNotFound(reference));
    }

    /** The same, or nothing. */
    public Optional<Found> find(String reference) {
        if (NUMBER.matcher(reference).matches()) {
            int number = Integer.parseInt(reference);
            if (number < DomainId.FIRST_RESERVED) {
                Optional<DomainFacts> facts = host.hypervisor().find(new DomainId(number));
                if (facts.isPresent()) {
                    return Optional.of(describe(List.of(facts.get())).getFirst());
                }
            }
        } else if (UUID.matcher(reference).matches()) {
            DomainUuid uuid = DomainUuid.parse(reference);
            int known = managed.find(uuid).map(e -> e.domid().orElse(-1)).orElse(-1);
            Optional<DomainFacts> facts = host.hypervisor().listDomains().stream()
                    .filter(f -> f.uuid().equals(uuid))
                    .min(Comparator.comparing((DomainFacts f) -> f.id().value() != known)
                            .thenComparing(f -> f.flags().dying()));
            if (facts.isPresent()) {
                return Optional.of(describe(List.of(facts.get())).getFirst());
            }
        }
        return list().stream().filter(f -> f.name().equals(reference)).findFirst();
    }

    /** A domain as users see it. */
    public DomainView view(Found found) {
        DomainFacts f = found.facts();
        boolean dom0 = f.id().equals(DomainId.DOM0);
        Optional<GuestType> type = dom0 ? Optional.of(f.flags().hvm() ? GuestType.PVH : GuestType.PV) : found.type();
        Optional<Defined.Entry> definition = defined.find(f.uuid());
        String managedBy = dom0 ? "host" : managed.find(f.uuid()).isPresent() ? "jxl" : "adopted";
        return new DomainView(
                f.id().value(),
                f.uuid().toString(),
                found.name(),
                type,
                found.state().word(),
                flags(f),
                f.shutdownReason().map(ShutdownReason::word),
                f.memoryKib() + f.outstandingKib(),
                f.maxMemoryKib(),
                f.onlineVcpus(),
                f.maxVcpus(),
                f.cpuTimeNanos(),
                f.cpupool(),
                managedBy,
                operations.findHolder(f.uuid()),
                managed.restarts().view(f.uuid()),
                definition.isPresent(),
                definition.map(d -> d.policy().autostart()).orElse(false));
    }

    /**
     * xl's six letters.
     *
     * @source tools/xl/xl_list.c: list_domains
     */
    private static String flags(DomainFacts f) {
        boolean crashed =
                f.shutdownReason().filter(r -> r == ShutdownReason.CRASH).isPresent();
        return letter(f.flags().running(), 'r')
                + letter(f.flags().blocked(), 'b')
                + letter(f.flags().paused(), 'p')
                + letter(f.flags().shutdown(), 's')
                + letter(crashed, 'c')
                + letter(f.flags().dying(), 'd');
    }

    private static String letter(boolean set, char letter) {
        return set ? String.valueOf(letter) : "-";
    }
}
