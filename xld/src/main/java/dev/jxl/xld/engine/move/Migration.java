package dev.jxl.xld.engine.move;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xld.api.DomainAction.Migrate;
import dev.jxl.xld.api.DomainAction.Migrate.Command;
import dev.jxl.xld.api.DomainAction.Migrate.Here;
import dev.jxl.xld.api.DomainAction.Migrate.Peer;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.api.ToolstackException.MigrationFailed;
import dev.jxl.xld.api.ToolstackException.MigrationUndecided;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Naming;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.life.Teardown;
import dev.jxl.xld.engine.move.PeerTalk.Question;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.MigrationLink;
import dev.jxl.xld.host.QemuState;
import dev.jxl.xld.store.HandOverRecords.HandOver;
import dev.jxl.xld.store.HandOverRecords.State;
import dev.jxl.xld.store.PartialFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sends a guest to another host. Until that host is told that the guest is its own, whatever goes wrong has the guest go on here. From
 * then on this host's copy never runs again by itself: it goes when the other host says that its copy runs, comes back when that one
 * gives up, and stays, suspended and under another name, when it says nothing any more. Another jxld is asked then ({@link HandOvers}).
 *
 * @source tools/xl/xl_migrate.c: migrate_domain
 */
public final class Migration {
    /** The kind of its operations. */
    public static final String KIND = "migrate";

    private static final System.Logger LOG = System.getLogger(Migration.class.getName());
    /** From this step on the other host may have the guest. */
    private static final String HANDING_OVER = "handing ";

    /** From this step on it does. */
    private static final String REMOVING = "removing ";

    private static final String AWAY = Naming.AWAY;

    /** Added to {@link #HANDING_OVER} when it is this jxld that receives: what became of it then, its own record says. */
    private static final String HERE = ", on this host";

    /** How long the receiver on this host may take to end, when the sender does not hear it any more. */
    private static final Duration RECEIVER_PATIENCE = Duration.ofMinutes(5);

    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final Suspension suspension;
    private final Saving saving;
    private final PartialFiles partialFiles;
    private final HandOvers handOvers;
    private final Arrivals arrivals;
    private final Naming naming;
    private final Brakes brakes;
    private final DiskHooks hooks;

    /** The guest leaves by {@code suspension} and {@code saving}, and where a jxld takes it, {@code handOvers} knows whose it is; where it stays on this host, {@code arrivals} takes it. */
    public Migration(
            Host host,
            Managed managed,
            Operations operations,
            DomainLog log,
            Suspension suspension,
            Saving saving,
            PartialFiles partialFiles,
            HandOvers handOvers,
            Arrivals arrivals,
            DiskHooks hooks,
            Brakes brakes) {
        this.arrivals = arrivals;
        this.brakes = brakes;
        this.hooks = hooks;
        this.host = host;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
        this.suspension = suspension;
        this.saving = saving;
        this.partialFiles = partialFiles;
        this.handOvers = handOvers;
        this.naming = new Naming(host);
    }

    /** Refuses what cannot be sent, before anything is. */
    public void requirePossible(Found domain, Migrate request) {
        saving.requirePossible(domain);
        if (request.autoConverge()) {
            requireBrake(domain, request);
        }
        boolean pv = domain.type().filter(type -> type == GuestType.PV).isPresent();
        if (request.live() && pv && !host.info().virtCaps().contains("shadow")) {
            throw new ToolstackException.HostUnsupported("'" + domain.name()
                    + "' is a PV guest, and this Xen cannot tell which pages of a running PV guest change (it was built without shadow"
                    + " paging): it can be sent while it is suspended ('jxl migrate --offline')");
        }
    }

    private void requireBrake(Found domain, Migrate request) {
        if (!request.live()) {
            throw new ToolstackException.InvalidRequest(
                    "'" + domain.name()
                            + "' is suspended while it is sent, and writes nothing: --auto-converge does not go with --offline");
        }
        brakes.requirePossible(domain);
    }

    /** Sends a guest. */
    public void perform(Found domain, Migrate request, OperationRun run) {
        String doing = "sending '" + domain.name() + "' to " + request.target();
        run.step(doing, 0);
        domain.refuseUnlessAlive(KIND);
        String configuration = saving.configuration(domain);
        Optional<Path> state =
                domain.type().filter(type -> type == GuestType.HVM).map(type -> QemuState.saved(domain.id()));
        state.ifPresent(partialFiles::add);
        Sending sending = new Sending(host, suspension, brakes, domain, state, run, request, doing);
        try (Connection connection = Connection.open(host, arrivals, request.way())) {
            Optional<OperationRun> here;
            try {
                here = converse(domain, request, configuration, connection, state, sending, run);
            } catch (RuntimeException e) {
                run.retreat("letting '" + domain.name() + "' go on");
                takeBack(domain, sending.suspended(), sending.released(), e);
                RuntimeException reason = connection.reason(e);
                connection.giveUp();
                throw reason;
            } finally {
                sending.letLoose();
                state.ifPresent(this::discardOrLeave);
            }
            Optional<Boolean> runsThere = handOver(domain, request, connection.link(), here, run);
            if (request.way() instanceof Peer) {
                runsThere.ifPresent(there -> handOvers.decide(run.view().id(), there));
            } else {
                conclude(domain, request, runsThere.orElseThrow(), here.isPresent(), run);
            }
        }
        if (request.way() instanceof Peer) {
            concludeWritten(domain, run);
        }
    }

    /**
     * Everything up to the point of no return, which is the last that it does.
     *
     * @return the receiver, where it is this jxld
     */
    private Optional<OperationRun> converse(
            Found domain,
            Migrate request,
            String configuration,
            Connection connection,
            Optional<Path> state,
            Sending sending,
            OperationRun run) {
        MigrationLink link = connection.link();
        MigrationTalk talk = new MigrationTalk(link, run::checkCancelled);
        if (request.way() instanceof Peer peer) {
            sending.phase("asking whether it can be there");
            new PeerTalk(link, run::checkCancelled)
                    .offer(
                            new Question.Take(
                                    run.view().id(),
                                    XenRelease.of(host.info()).toString(),
                                    configuration,
                                    Optional.of(host.hypervisor().cpuPolicy(domain.id())),
                                    peer.paused()),
                            request.target(),
                            domain.name());
        }
        sending.phase("waiting for its greeting");
        talk.awaitBanner();
        host.streams().send(domain.id(), link, configuration, request.live(), state, sending);
        sending.phase("waiting until it has everything");
        talk.awaitReceived();
        Optional<OperationRun> here = request.way() instanceof Command
                ? operations.findNewest(Arrival.KIND, domain.uuid(), run.view().started())
                : connection.receiver();
        if (here.isEmpty()) {
            sending.phase("letting go of its disks");
            sending.releasing();
            hooks.release(domain);
        }
        if (!(request.way() instanceof Here)) {
            naming.name(domain, domain.name() + AWAY);
        }
        switch (request.way()) {
            case Command _ -> run.last(handingOver(domain, request) + (here.isPresent() ? HERE : ""), 1);
            case Here _ -> run.lastSeenInHost(handingOver(domain, request) + HERE, 1);
            case Peer peer -> handOvers.give(run.view().id(), domain, domain.name(), peer);
        }
        return here;
    }

    private static String handingOver(Found domain, Migrate request) {
        return HANDING_OVER + "'" + domain.name() + "' over to " + request.target();
    }

    /**
     * From the first word on, no cancel is heard.
     *
     * @param here the receiver, where it is this jxld
     * @return whether it runs there; empty: another jxld has not said it, and is asked again
     */
    private Optional<Boolean> handOver(
            Found domain, Migrate request, MigrationLink link, Optional<OperationRun> here, OperationRun run) {
        MigrationTalk talk = new MigrationTalk(link, () -> {});
        try {
            if (request.way() instanceof Peer) {
                run.last(handingOver(domain, request), 1);
            }
            talk.sayYours();
            boolean runsThere = talk.awaitReport();
            if (!runsThere) {
                talk.awaitGivenBack();
            }
            return Optional.of(runsThere);
        } catch (RuntimeException e) {
            if (request.way() instanceof Peer) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        request.target() + " was told to run '" + domain.name() + "' and has not answered ("
                                + e.getMessage() + "); it is asked");
                return Optional.empty();
            }
            link.close();
            if (here.filter(receiver ->
                            receiver.await(RECEIVER_PATIENCE).status().ended())
                    .isEmpty()) {
                throw undecided(domain.name(), request.target(), e);
            }
            return Optional.of(Twins.handedOver(managed, domain.uuid(), domain.id()));
        }
    }

    private void conclude(Found domain, Migrate request, boolean runsThere, boolean onThisHost, OperationRun run) {
        if (runsThere) {
            run.last(REMOVING + "'" + domain.name() + "', which runs on " + request.target(), 1);
            log.tell(
                    "domain.migrated",
                    domain.uuid(),
                    domain.name(),
                    domain.id().value(),
                    Map.of("to", request.target()));
            removeSent(domain, onThisHost);
            Twins.forget(host, managed, domain.uuid(), Optional.of(domain.id()));
            return;
        }
        MigrationFailed failure = notStarted(domain.name(), request.target());
        takeBack(domain, true, !onThisHost, failure);
        throw failure;
    }

    /** What both have written down is what counts; whoever has not heard it asks for it. */
    private void concludeWritten(Found domain, OperationRun run) {
        State state = handOvers.learn(run.view().id(), run);
        HandOver handOver = handOvers.find(run.view().id()).orElseThrow();
        handOvers.follow(state, domain, handOver, run);
        if (state == State.KEPT) {
            throw notStarted(domain.name(), handOver.peer());
        }
    }

    private static MigrationFailed notStarted(String name, String target) {
        return new MigrationFailed(target + " had '" + name + "' and could not start it; it goes on here", null);
    }

    /** On this host nobody else knows what is left of it: it is tried twice. */
    private void removeSent(Found domain, boolean again) {
        try {
            new Teardown(host, log).perform(Optional.of(domain.id()), domain.uuid(), words -> {});
        } catch (RuntimeException e) {
            if (!again) {
                throw e;
            }
            LOG.log(System.Logger.Level.WARNING, "removing '" + domain.name() + AWAY + "' failed: " + e.getMessage());
            removeSent(domain, false);
        }
    }

    private static MigrationUndecided undecided(String name, String target, RuntimeException cause) {
        return new MigrationUndecided(
                target + " was told to run '" + name + "' and did not answer (" + cause.getMessage()
                        + "). The guest is kept here, suspended, as '" + name + AWAY + "'. Look at " + target
                        + ": if it runs there, 'jxl destroy " + name + AWAY
                        + "' here; if it does not, and cannot any more, 'jxl rename "
                        + name + AWAY + " " + name + "' and 'jxl resume " + name + "'",
                cause);
    }

    /** @param released whether its disks may be the other host's: without them it must not run */
    private void takeBack(Found domain, boolean suspended, boolean released, RuntimeException because) {
        try {
            if (suspended && (!released || acquired(domain).isEmpty())) {
                suspension.letGoOn(domain);
            }
            naming.nameBack(domain, domain.name());
        } catch (RuntimeException e) {
            because.addSuppressed(e);
            LOG.log(
                    System.Logger.Level.ERROR,
                    "after the failed migration of '" + domain.name()
                            + "' not everything could be taken back ('jxl resume " + domain.name() + "' lets it go on)",
                    e);
        }
    }

    /** Why its disks could not be had back; empty when they are here. */
    private Optional<String> acquired(Found domain) {
        try {
            hooks.acquire(domain);
            return Optional.empty();
        } catch (ToolstackException e) {
            handOvers.tellNotAcquired(domain, domain.name(), e);
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** A file that stays is no reason for a guest not to go where it goes; a later start takes it. */
    private void discardOrLeave(Path file) {
        try {
            discard(file);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, file + " stays until jxld starts again: " + e.getMessage());
        }
    }

    private void discard(Path file) {
        host.streams().discard(file);
        partialFiles.remove(file);
    }

    /** Whether an earlier jxld knew that the guest runs on the other host, or is another domain of this one. */
    public boolean runsElsewhere(OperationView open) {
        return open.step().startsWith(REMOVING)
                || open.domid()
                        .filter(from ->
                                Twins.handedOver(managed, DomainUuid.parse(open.domainUuid()), new DomainId(from)))
                        .isPresent();
    }

    /**
     * Takes back what an earlier jxld left, unless the other host may have the guest.
     *
     * @param letGoOn what is done with the guest then
     * @return what has become of it, in words
     */
    public String recover(OperationView open, Optional<Found> domain, Function<Found, Optional<String>> letGoOn) {
        open.domid().map(DomainId::new).map(QemuState::saved).ifPresent(this::discard);
        if (domain.isEmpty()) {
            return "its domain is gone";
        }
        if (open.step().startsWith(HANDING_OVER) && !open.step().endsWith(HERE)) {
            return "the other host may have the guest: it is kept here, suspended, as '"
                    + domain.get().name() + "'; destroy it if it runs there, otherwise rename and resume it";
        }
        naming.nameBack(domain.get(), open.domainName());
        if (host.hypervisor()
                .find(domain.get().id())
                .flatMap(DomainFacts::shutdownReason)
                .filter(ShutdownReason.SUSPEND::equals)
                .isPresent()) {
            Optional<String> without = acquired(domain.get());
            if (without.isPresent()) {
                return "the guest stands still here, without its disks: " + without.get();
            }
        }
        return letGoOn.apply(domain.get()).orElse("the guest goes on here");
    }
}
