package dev.jxl.xld.engine.move;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.xld.engine.life.Arriving;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.store.HandOverRecords;
import dev.jxl.xld.store.HandOverRecords.Direction;
import dev.jxl.xld.store.HandOverRecords.HandOver;
import dev.jxl.xld.store.HandOverRecords.State;
import java.util.Optional;

/**
 * The receiver's part of a migration, around the making of the domain: when everything is there, the sender is asked for the guest;
 * when it runs, or does not, the sender is told.
 *
 * <p>From another jxld, each of that is written down before it is said. Until {@link #starting} the guest has not run here, and what
 * goes wrong ends in "refused"; from then on it may have, and only a failure to let it run, seen as such, does.
 *
 * @source tools/xl/xl_migrate.c: migrate_receive
 */
public final class Arrival implements Arriving {
    /** The kind of its operations. */
    public static final String KIND = "migrate-receive";

    private static final System.Logger LOG = System.getLogger(Arrival.class.getName());
    private static final String INCOMING = "--incoming";

    private final MigrationLink link;
    private final DomainSpec spec;
    private final Optional<DomainId> sender;
    private final Optional<Ticket> ticket;
    private final DiskHooks hooks;
    private boolean written;
    private boolean taken;
    private boolean acquired;

    /**
     * A migration between two jxld.
     *
     * @param id of the migration
     * @param sender as its certificate says
     */
    record Ticket(String id, String sender, HandOverRecords records) {
        private void ready(DomainSpec spec) {
            records.add(new HandOver(
                    id, Direction.IN, spec.uuid().orElseThrow().toString(), spec.name(), sender, State.READY, false));
        }

        private boolean change(State from, State to) {
            return records.change(id, Direction.IN, from, to);
        }
    }

    /**
     * Of a guest, over a link that is closed in the end.
     *
     * @param sender the domain of this host that it is sent from, where it is
     * @param ticket of another jxld's
     */
    Arrival(MigrationLink link, DomainSpec spec, Optional<DomainId> sender, Optional<Ticket> ticket, DiskHooks hooks) {
        this.hooks = hooks;
        this.link = link;
        this.spec = spec;
        this.sender = sender;
        this.ticket = ticket;
    }

    @Override
    public Optional<DomainId> sender() {
        return sender;
    }

    @Override
    public DomainSpec incoming() {
        return incoming(spec);
    }

    static DomainSpec incoming(DomainSpec spec) {
        return spec.toBuilder().name(spec.name() + INCOMING).build();
    }

    /** What a domain is that an earlier jxld was making of one, as {@link #spec}. */
    public static DomainSpec arrived(DomainSpec incoming) {
        String name = incoming.name();
        return name.endsWith(INCOMING)
                ? incoming.toBuilder()
                        .name(name.substring(0, name.length() - INCOMING.length()))
                        .build()
                : incoming;
    }

    @Override
    public DomainSpec spec() {
        return spec;
    }

    @Override
    public void takeOver(OperationRun run) {
        MigrationTalk talk = new MigrationTalk(link, run::checkCancelled);
        ticket.ifPresent(t -> {
            t.ready(spec);
            written = true;
        });
        talk.sayReceived();
        talk.awaitYours();
        taken = true;
        if (sender.isEmpty()) {
            run.phase(run.view().step() + ": getting its disks");
            acquired = true;
            hooks.acquire(spec);
        }
    }

    @Override
    public void starting() {
        ticket.ifPresent(t -> {
            boolean _ = t.change(State.READY, State.STARTING);
        });
    }

    @Override
    public void succeeded() {
        tell("runs", () -> {
            ticket.ifPresent(t -> {
                boolean _ = t.change(State.STARTING, State.RUNS) || t.change(State.READY, State.RUNS);
            });
            talk().report(true);
        });
    }

    @Override
    public void failed() {
        if (acquired) {
            hooks.releaseAgain(spec);
        }
        tell("could not be started", () -> {
            if (written) {
                ticket.ifPresent(t -> {
                    boolean _ = t.change(State.READY, State.REFUSED) || t.change(State.STARTING, State.REFUSED);
                });
            }
            if (taken) {
                talk().report(false);
                talk().sayYours();
            }
        });
    }

    private MigrationTalk talk() {
        return new MigrationTalk(link, () -> {});
    }

    private void tell(String what, Runnable words) {
        try {
            words.run();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the sender of '" + spec.name() + "' does not hear that it " + what + " here: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
