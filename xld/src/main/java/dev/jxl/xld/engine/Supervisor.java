package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.device.DeviceModels;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.Restarts;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.driver.DriverSupervision;
import dev.jxl.xld.engine.life.Aftermath;
import dev.jxl.xld.engine.life.HostStopping;
import dev.jxl.xld.engine.move.HandOvers;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.DeviceModel;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.DomainFacts.ShutdownReason;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.Attention;
import dev.jxl.xld.model.Observation;
import dev.jxl.xld.model.RestartHistory;
import dev.jxl.xld.plan.Nodes;
import dev.jxl.xld.store.Database.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Looks after all domains: one loop that wakes when xenstore says that a domain came, stopped or went ({@link Announcements}),
 * when a glance at Xen's list, every two seconds, shows another one than before (nobody announces that another toolstack has
 * paused a domain), and at the latest after ten seconds. What it sees becomes events; what a domain needs, by {@link Attention},
 * becomes an operation.
 */
final class Supervisor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());
    private static final Duration UNANNOUNCED = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofSeconds(2);
    private static final Duration BEFORE_AGAIN = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final Host host;
    private final Domains domains;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final Aftermath aftermath;
    private final DriverSupervision drivers;
    private final HostStopping stopping;
    private final HandOvers handOvers;
    private final AbandonedGuests abandoned;
    /** Stopped domains that are left alone, so that it is said once. */
    private final Set<DomainUuid> preserved = ConcurrentHashMap.newKeySet();
    /** When something was last done for a domain in its present life: what failed is tried again, but not at once. */
    private final Map<Incarnation, Long> acted = new ConcurrentHashMap<>();

    private final Thread thread;
    private List<Shape> lastShapes = List.of();
    private volatile boolean closed;
    /** A domain needs something or is being changed: that may be due, or have failed, before anything is announced. */
    private boolean unsettled;

    private final Announcements announcements;
    private volatile long lastLook = System.nanoTime();

    /** One life of a domain, from one start to the next. */
    private record Incarnation(DomainUuid uuid, OptionalInt domid, Instant began) {}

    /** A guest that was reset has its number still. */
    private Incarnation life(Entry entry) {
        return new Incarnation(
                entry.uuid(),
                entry.domid(),
                managed.restarts().history(entry.uuid()).started());
    }

    /** What of a domain must not change unseen. */
    private record Shape(DomainId domid, DomainUuid uuid, boolean paused, boolean shutdown, boolean dying) {
        static Shape of(DomainFacts f) {
            return new Shape(
                    f.id(),
                    f.uuid(),
                    f.flags().paused(),
                    f.flags().shutdown(),
                    f.flags().dying());
        }
    }

    Supervisor(
            Host host,
            Domains domains,
            Managed managed,
            Operations operations,
            DomainLog log,
            Aftermath aftermath,
            DriverSupervision drivers,
            HostStopping stopping,
            HandOvers handOvers,
            AbandonedGuests abandoned) {
        this.abandoned = abandoned;
        this.drivers = drivers;
        this.host = host;
        this.domains = domains;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
        this.aftermath = aftermath;
        this.stopping = stopping;
        this.handOvers = handOvers;
        this.announcements = new Announcements(host);
        this.thread = Thread.ofVirtual().name("supervisor").unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    /** Whether the loop has looked within the last so many seconds: what the watchdog asks. */
    boolean lookedWithin(Duration time) {
        return System.nanoTime() - lastLook < time.toNanos();
    }

    /** Has it look again, now. */
    void wake() {
        announcements.add();
    }

    /** Tells of the end of a domain's device model that nobody has asked for. */
    void deviceModelEnded(DeviceModel.Ended ended) {
        log.tell(
                "domain.device-model-ended",
                ended.owner(),
                host.store().find(Nodes.name(ended.domain())).orElse(""),
                ended.domain().value(),
                Map.of("last-words", ended.lastWords()));
        wake();
    }

    private void loop() {
        while (!closed) {
            try (Announcements.Listening listening = announcements.listen()) {
                while (!closed) {
                    announcements.forget();
                    look();
                    awaitReason(listening);
                }
            } catch (CancellationException e) {
                LOG.log(System.Logger.Level.DEBUG, "supervision ends", e);
                return;
            } catch (XenStoreException | StoreFailure | ToolstackException e) {
                if (!closed) {
                    LOG.log(System.Logger.Level.WARNING, "supervision is interrupted: " + e.getMessage());
                    pauseAfterFailure();
                }
            } catch (RuntimeException e) {
                // Without this loop no domain is looked after: a defect met once must not end it.
                LOG.log(System.Logger.Level.ERROR, "supervision met a defect of jxl", e);
                pauseAfterFailure();
            }
        }
    }

    private void awaitReason(Announcements.Listening listening) {
        long due = System.nanoTime() + UNANNOUNCED.toNanos();
        listening.requireAlive();
        while (!closed && System.nanoTime() < due && !announcements.await(GLANCE)) {
            if (unsettled
                    || drivers.anyHangs()
                    || !shapes(host.hypervisor().listDomains()).equals(lastShapes)) {
                return;
            }
        }
    }

    private static List<Shape> shapes(List<DomainFacts> all) {
        return all.stream().map(Shape::of).toList();
    }

    private void pauseAfterFailure() {
        try {
            Thread.sleep(AFTER_FAILURE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look at everything. */
    private void look() {
        handOvers.attend();
        // Read before the domains: what is seen then is no older than what is known of them.
        List<Entry> entries = managed.list();
        List<Entry> free = entries.stream().filter(this::isFree).toList();
        unsettled = free.size() < entries.size();
        long begun = log.begin();
        List<Found> all = domains.list();
        lastShapes = shapes(all.stream().map(Found::facts).toList());
        log.looked(begun, sightings(all));
        lastLook = System.nanoTime();
        Map<DomainUuid, Found> byUuid = all.stream().collect(Collectors.toMap(Found::uuid, f -> f, this::theOneKnown));
        preserved.retainAll(new HashSet<>(byUuid.keySet()));
        for (Entry entry : free) {
            boolean lately = actedLately(life(entry));
            unsettled |= lately;
            // How soon a failed restart is tried again is its history's.
            boolean again = DriverSupervision.looksAfter(entry) || managed.awaits(entry) || !lately;
            if (isFree(entry) && managed.isCurrent(entry) && again) {
                attend(entry, Optional.ofNullable(byUuid.get(entry.uuid())));
            }
        }
        all.stream().filter(f -> Twins.isLeftOver(managed, f)).forEach(this::collect);
        unsettled |= abandoned.attend(all, this::wake);
        acted.keySet().removeIf(life -> !actedLately(life));
    }

    /** Of two domains of one UUID, that of jxl's record. */
    private Found theOneKnown(Found a, Found b) {
        int known = managed.find(a.uuid()).map(e -> e.domid().orElse(-1)).orElse(-1);
        return a.id().value() == known ? a : b;
    }

    /** Takes away what a migration from this host to this host was to take away, and could not. */
    private void collect(Found leftOver) {
        unsettled = true;
        Incarnation life =
                new Incarnation(leftOver.uuid(), OptionalInt.of(leftOver.id().value()), Instant.EPOCH);
        if (operations.findHolder(leftOver.uuid()).isPresent()
                || operations.findHolder(Twins.turnOfArrival(leftOver.uuid())).isPresent()
                || actedLately(life)) {
            return;
        }
        acted.put(life, System.nanoTime());
        try {
            LOG.log(System.Logger.Level.INFO, "'" + leftOver.name() + "' is destroyed: it was left by a migration");
            aftermath.clearLeftOver(leftOver);
        } catch (ToolstackException.DomainBusy e) {
            LOG.log(System.Logger.Level.DEBUG, "somebody was faster: " + e.getMessage());
        }
    }

    private boolean isFree(Entry entry) {
        return operations.findHolder(entry.uuid()).isEmpty();
    }

    private boolean actedLately(Incarnation life) {
        Long when = acted.get(life);
        return when != null && System.nanoTime() - when < BEFORE_AGAIN.toNanos();
    }

    private static List<DomainLog.Sighting> sightings(List<Found> all) {
        return all.stream()
                .filter(f -> !f.id().equals(DomainId.DOM0))
                .map(f -> new DomainLog.Sighting(
                        f.id(),
                        f.uuid(),
                        f.name(),
                        f.state().word(),
                        f.facts().shutdownReason().map(ShutdownReason::word).orElse("")))
                .toList();
    }

    private void attend(Entry entry, Optional<Found> found) {
        if (DriverSupervision.looksAfter(entry) && !stopping.isSet()) {
            Optional<String> why = drivers.failure(entry, found);
            if (why.isPresent()) {
                unsettled = true;
                answer(entry, why.get());
                return;
            }
        }
        Observation seen = new Observation(
                found.map(Found::facts),
                found.map(f -> !f.name().equals(Domains.NO_NAME)).orElse(false),
                found.map(Found::unfinished).orElse(false),
                found.map(f -> DeviceModels.isLost(host, f.id(), entry)).orElse(false));
        Attention attention = Attention.of(seen, managed.intent(entry));
        try {
            act(
                    entry,
                    found,
                    runsAgain(attention) && stopping.isSet()
                            ? new Attention.Destroy("the host's guests are being stopped")
                            : attention);
        } catch (ToolstackException.DomainBusy e) {
            LOG.log(System.Logger.Level.DEBUG, "somebody was faster: " + e.getMessage());
        }
    }

    private void answer(Entry entry, String why) {
        try {
            drivers.answer(entry, why);
        } catch (ToolstackException.DomainBusy e) {
            LOG.log(System.Logger.Level.DEBUG, "somebody was faster: " + e.getMessage());
        }
    }

    private void act(Entry entry, Optional<Found> found, Attention attention) {
        if (attention instanceof Attention.Nothing) {
            return;
        }
        unsettled |= !(attention instanceof Attention.Preserve);
        if (!mayBeDone(entry, found, attention)) {
            return;
        }
        String name = entry.spec().name();
        if (!(attention instanceof Attention.DumpCore)) {
            acted.put(life(entry), System.nanoTime());
        }
        Optional<DomainId> domain = found.map(Found::id);
        switch (attention) {
            case Attention.Nothing _ -> {}
            case Attention.Preserve(String why) -> {
                if (preserved.add(entry.uuid())) {
                    LOG.log(System.Logger.Level.INFO, "domain '" + name + "' is left as it is: " + why);
                }
            }
            case Attention.Destroy(String why) -> {
                LOG.log(System.Logger.Level.INFO, "domain '" + name + "' is destroyed: " + why);
                aftermath.clear(entry, domain, "destroy");
            }
            case Attention.FinishCleanup _ -> aftermath.clear(entry, domain, "cleanup");
            case Attention.DumpCore(String why) -> aftermath.dumpCore(entry, domain.orElseThrow(), why);
            case Attention.Restart(String why) -> {
                LOG.log(System.Logger.Level.INFO, "domain '" + name + "' is started again: " + why);
                OperationRun _ = aftermath.restart(entry, domain, why);
            }
            case Attention.SoftReset(String why) -> {
                LOG.log(System.Logger.Level.INFO, "domain '" + name + "' is to be reset: " + why);
                OperationRun _ = aftermath.softReset(entry, domain.orElseThrow(), why);
            }
            case Attention.RenameAndRestart(String why) -> {
                LOG.log(System.Logger.Level.INFO, "domain '" + name + "' is kept and started again: " + why);
                OperationRun _ = aftermath.renameAndRestart(entry, domain.orElseThrow(), why);
            }
        }
    }

    private static boolean runsAgain(Attention attention) {
        return attention instanceof Attention.Restart
                || attention instanceof Attention.RenameAndRestart
                || attention instanceof Attention.SoftReset;
    }

    /** A domain that stops again and again waits longer and longer until it is started again, and in the end for ever. */
    private boolean mayBeDone(Entry entry, Optional<Found> found, Attention attention) {
        if (!runsAgain(attention)) {
            return true;
        }
        Restarts restarts = managed.restarts();
        if (!managed.awaits(entry)) {
            int domid = found.map(f -> f.id().value()).orElse(-1);
            restarts.stopped(entry.uuid(), domid).ifPresent(history -> tellOfRestarts(entry, domid, history));
        }
        return restarts.due(entry.uuid());
    }

    private void tellOfRestarts(Entry entry, int domid, RestartHistory history) {
        String name = entry.spec().name();
        Map<String, String> data = new TreeMap<>();
        data.put("quickStops", Integer.toString(history.quickStops()));
        if (!history.givenUp().isEmpty()) {
            data.put("why", history.givenUp());
            LOG.log(
                    System.Logger.Level.WARNING,
                    "domain '" + name + "' is not started again: " + history.givenUp()
                            + "; it is left for inspection, 'jxl destroy' removes it");
            log.tell("domain.restart-given-up", entry.uuid(), name, domid, data);
        } else if (history.quickStops() > 1) {
            data.put("notBefore", history.notBefore().toString());
            LOG.log(
                    System.Logger.Level.WARNING,
                    "domain '" + name + "' has stopped " + history.quickStops()
                            + " times in a row right after its start; it is started again at " + history.notBefore());
            log.tell("domain.restart-delayed", entry.uuid(), name, domid, data);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
