package dev.jxl.xld.engine.move;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.MigrationView;
import dev.jxl.xld.api.Migrations;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Naming;
import dev.jxl.xld.engine.life.Teardown;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.store.HandOverRecords;
import dev.jxl.xld.store.HandOverRecords.Direction;
import dev.jxl.xld.store.HandOverRecords.HandOver;
import dev.jxl.xld.store.HandOverRecords.State;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Guests that this host has given to another jxld: it is asked until it says whether the guest runs there, through cut links and restarts
 * of either, and what follows is done here. The guest stands still meanwhile, under another name.
 */
public final class HandOvers implements Migrations {
    static final String KIND = "migrate-settle";
    private static final System.Logger LOG = System.getLogger(HandOvers.class.getName());
    private static final int SHOWN = 200;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final long SLICE_MILLIS = 100;

    private final Host host;
    private final HandOverRecords records;
    private final Domains domains;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final Suspension suspension;
    private final DiskHooks hooks;

    public HandOvers(
            Host host,
            HandOverRecords records,
            Domains domains,
            Managed managed,
            Operations operations,
            DomainLog log,
            Suspension suspension,
            DiskHooks hooks) {
        this.hooks = hooks;
        this.host = host;
        this.records = records;
        this.domains = domains;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
        this.suspension = suspension;
    }

    /** From here on the guest does not run here any more, unless the other host says that it never will there. */
    void give(String id, Found domain, String name, Peer to) {
        records.add(new HandOver(id, Direction.OUT, domain.uuid().toString(), name, to.address(), State.GIVEN, false));
    }

    /** What stands of one that an earlier jxld, or this one, has given away. */
    public Optional<HandOver> find(String id) {
        return records.find(id, Direction.OUT);
    }

    /** The receiver has said it. */
    State decide(String id, boolean runsThere) {
        boolean _ = records.change(id, Direction.OUT, State.GIVEN, runsThere ? State.GONE : State.KEPT);
        return find(id).orElseThrow().state();
    }

    /** Asks the receiver until it answers, or somebody decides. */
    State learn(String id, OperationRun run) {
        HandOver given = find(id).orElseThrow();
        String asking = "asking " + given.peer() + " whether '" + given.name() + "' runs there";
        if (given.state() == State.GIVEN) {
            run.last(asking, 1);
        }
        Duration pause = FIRST_PAUSE;
        boolean told = false;
        while (true) {
            HandOver now = find(id).orElseThrow();
            if (now.state() != State.GIVEN) {
                return now.state();
            }
            String unanswered = ask(now);
            if (!unanswered.isEmpty()) {
                if (!told && pause.compareTo(LONGEST_PAUSE) >= 0) {
                    tellUnanswered(now, unanswered);
                    told = true;
                }
                run.phase(asking + ": " + unanswered);
                pause(pause, run);
                pause = longer(pause);
            }
        }
    }

    /** Empty when the answer is written down; otherwise why there is none. */
    private String ask(HandOver given) {
        try (MigrationLink link = host.migrations().call(Peer.parse(given.peer()))) {
            return switch (new PeerTalk(link, () -> {}).ask(given.id())) {
                case RUNS -> {
                    State _ = decide(given.id(), true);
                    yield "";
                }
                case REFUSED -> {
                    State _ = decide(given.id(), false);
                    yield "";
                }
                case PENDING -> "it does not know yet";
                case UNKNOWN ->
                    "it knows nothing of it (has it lost its database, or is it another one?): look there, then 'jxl migrate --resolve=here "
                            + given.name() + "' or '--resolve=there'";
            };
        } catch (ToolstackException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void tellUnanswered(HandOver given, String why) {
        LOG.log(
                System.Logger.Level.WARNING,
                "'" + given.name() + "' is kept here, suspended, until " + given.peer()
                        + " says whether it runs there: " + why
                        + ". It is asked on; if it will never answer, 'jxl migrate --resolve=here " + given.name()
                        + "' lets the guest go on here, and '--resolve=there' removes it here");
        log.tell(
                "domain.migration-unanswered",
                DomainUuid.parse(given.uuid()),
                given.name(),
                -1,
                Map.of("to", given.peer(), "why", why));
    }

    private synchronized void pause(Duration pause, OperationRun run) {
        long due = System.nanoTime() + pause.toNanos();
        try {
            while (System.nanoTime() < due) {
                wait(SLICE_MILLIS);
                run.checkCancelled();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ToolstackException cancelled = new ToolstackException.OperationCancelled("waiting for the other host");
            cancelled.addSuppressed(e);
            throw cancelled;
        }
    }

    /** Takes up what earlier operations, or an earlier jxld, have left; to be called again and again. */
    public void attend() {
        for (HandOver open : records.listUnsettled()) {
            DomainUuid uuid = DomainUuid.parse(open.uuid());
            if (open.direction() == Direction.OUT && operations.findHolder(uuid).isEmpty()) {
                try {
                    OperationRun _ = operations.startUnasked(
                            KIND,
                            new Operations.Subject(uuid, open.name(), Optional.empty()),
                            2,
                            run -> settle(open, run));
                } catch (ToolstackException.DomainBusy e) {
                    LOG.log(System.Logger.Level.DEBUG, "somebody was faster: " + e.getMessage());
                }
            }
        }
    }

    /** What somebody has destroyed, or has taken back by hand, is left as it is. */
    private void settle(HandOver open, OperationRun run) {
        run.step("looking at '" + open.name() + "', which was given to " + open.peer(), 0);
        HandOver current = find(open.id()).orElse(open);
        Optional<Found> kept = findKept(current);
        if (!current.settled() && kept.isPresent()) {
            State state = current.state() == State.GIVEN ? learn(current.id(), run) : current.state();
            follow(state, kept.get(), current, run);
        }
        records.settle(open.id(), Direction.OUT);
    }

    private Optional<Found> findKept(HandOver handOver) {
        return domains.list().stream()
                .filter(d -> d.uuid().toString().equals(handOver.uuid())
                        && d.name().endsWith(Naming.AWAY)
                        && !d.facts().flags().dying())
                .findFirst();
    }

    /** Does what follows from where the guest is; again after a failure. */
    void follow(State state, Found domain, HandOver handOver, OperationRun run) {
        if (state == State.GONE) {
            run.last("removing '" + handOver.name() + "', which runs on " + handOver.peer(), 1);
            remove(domain, handOver);
        } else {
            run.last("letting '" + handOver.name() + "' go on: it does not run on " + handOver.peer(), 1);
            takeBack(domain, handOver.name(), run);
        }
        records.settle(handOver.id(), Direction.OUT);
    }

    private void remove(Found domain, HandOver handOver) {
        // If this fails, the supervisor does it.
        managed.find(domain.uuid()).ifPresent(managed::forsake);
        log.tell("domain.migrated", domain.uuid(), handOver.name(), domain.id().value(), Map.of("to", handOver.peer()));
        new Teardown(host, log).perform(Optional.of(domain.id()), domain.uuid(), words -> {});
        managed.remove(domain.uuid());
    }

    private void takeBack(Found domain, String name, OperationRun run) {
        boolean suspended = host.hypervisor()
                .find(domain.id())
                .flatMap(f -> f.shutdownReason())
                .filter(ShutdownReason.SUSPEND::equals)
                .isPresent();
        if (suspended) {
            acquire(domain, name, run);
            suspension.letGoOn(domain);
        } else {
            host.store().resume(domain.id().value());
        }
        new Naming(host).name(domain, name);
    }

    /** Without its disks it must not run: until they are here, it stands still. */
    private void acquire(Found domain, String name, OperationRun run) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                hooks.acquire(domain);
                return;
            } catch (ToolstackException e) {
                if (pause.equals(FIRST_PAUSE)) {
                    tellNotAcquired(domain, name, e);
                }
                run.phase("getting the disks of '" + name + "' back, again and again: " + e.getMessage());
                pause(pause, run);
                pause = longer(pause);
            }
        }
    }

    /** A guest that was to go stays, and stands still. */
    void tellNotAcquired(Found domain, String name, ToolstackException why) {
        String words = String.valueOf(why.getMessage());
        LOG.log(
                System.Logger.Level.ERROR,
                "'" + name + "' does not run elsewhere, and stands still here without its disks: " + words);
        log.tell("domain.disks-not-acquired", domain.uuid(), name, domain.id().value(), Map.of("why", words));
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /** The newest word on a guest that was coming here when an earlier jxld ended. */
    public Optional<HandOver> findArriving(DomainUuid uuid) {
        return records.listNewest(Integer.MAX_VALUE).stream()
                .filter(h -> h.direction() == Direction.IN && h.uuid().equals(uuid.toString()))
                .findFirst();
    }

    /** A guest that had come is let run now. */
    public void starting(HandOver arriving) {
        boolean _ = records.change(arriving.id(), Direction.IN, State.READY, State.STARTING);
    }

    /** A guest that had come is this host's. */
    public void runs(HandOver arriving) {
        boolean _ = records.change(arriving.id(), Direction.IN, State.STARTING, State.RUNS);
    }

    /** A guest that had come has not run, and is no more. */
    public void refused(HandOver arriving) {
        boolean _ = records.change(arriving.id(), Direction.IN, State.READY, State.REFUSED)
                || records.change(arriving.id(), Direction.IN, State.STARTING, State.REFUSED);
    }

    /** No operation of an earlier jxld is open any more: what was not started is not started ever, what may have been is here. */
    public void closeArrivals() {
        for (HandOver open : records.listUnsettled()) {
            if (open.direction() == Direction.IN) {
                boolean _ = records.change(open.id(), Direction.IN, State.READY, State.REFUSED)
                        || records.change(open.id(), Direction.IN, State.STARTING, State.RUNS);
            }
        }
    }

    /** A guest that may run elsewhere is not touched but by who decides where it is. */
    public void requireHere(Found domain) {
        if (domain.name().endsWith(Naming.AWAY)) {
            records.listUnsettled().stream()
                    .filter(h -> h.direction() == Direction.OUT
                            && h.uuid().equals(domain.uuid().toString()))
                    .findFirst()
                    .ifPresent(h -> {
                        throw new ToolstackException.WrongState("'" + h.name() + "' was given to " + h.peer()
                                + ", which is asked whether it runs there; if it will never answer, 'jxl migrate --resolve=here "
                                + h.name() + "' lets it go on here, and '--resolve=there' removes it here");
                    });
        }
    }

    @Override
    public List<MigrationView> list() {
        return records.listNewest(SHOWN).stream().map(HandOvers::view).toList();
    }

    @Override
    public MigrationView require(String id) {
        return find(id).or(() -> records.find(id, Direction.IN))
                .map(HandOvers::view)
                .orElseThrow(() -> new ToolstackException.OperationNotFound(id));
    }

    @Override
    public MigrationView resolve(String id, boolean here) {
        MigrationView view = require(id);
        if (!view.outgoing() || !records.change(id, Direction.OUT, State.GIVEN, here ? State.KEPT : State.GONE)) {
            throw new ToolstackException.WrongState("where '" + view.domainName() + "' is needs no decision: it is "
                    + require(id).state() + (view.outgoing() ? " (it was sent to " : " (it came from ") + view.peer()
                    + ")");
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "somebody has decided that '" + view.domainName() + "' "
                        + (here ? "goes on here" : "runs on " + view.peer()));
        synchronized (this) {
            notifyAll();
        }
        attend();
        return require(id);
    }

    private static MigrationView view(HandOver h) {
        return new MigrationView(
                h.id(),
                h.direction() == Direction.OUT,
                h.name(),
                h.uuid(),
                h.peer(),
                h.state().name().toLowerCase(Locale.ROOT),
                h.settled());
    }
}
