package dev.jxl.xld.engine.operation;

import dev.jxl.config.DomainUuid;
import dev.jxl.config.ErrorCode;
import dev.jxl.config.SpecProblem;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Failure;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.store.Database.StoreFailure;
import dev.jxl.xld.store.EventLog;
import dev.jxl.xld.store.Journal;
import dev.jxl.xld.store.RequestKeys.KeyedRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Operations: at most one at a time for a domain, any number at once, each on a virtual thread of its own. */
public final class Operations {
    private static final System.Logger LOG = System.getLogger(Operations.class.getName());
    private static final int ENDED_IN_MEMORY = 200;

    /** Bound while a request with a key is answered: what it starts is found again by the key. */
    static final ScopedValue<KeyedRequest> REQUEST = ScopedValue.newInstance();

    private final Journal journal;
    private final EventLog events;
    private final Clock clock;
    private final Map<String, OperationRun> runs = new ConcurrentHashMap<>();
    private final Turns turns = new Turns();

    /** What is under way is in the journal before it begins, and told as events; times are the clock's. */
    public Operations(Journal journal, EventLog events, Clock clock) {
        this.journal = journal;
        this.events = events;
        this.clock = clock;
    }

    /** What an operation does; ends normally, or throws what the user is told. */
    @FunctionalInterface
    public interface Body {
        void run(OperationRun run);
    }

    /**
     * Whom an operation is about.
     *
     * @param uuid its UUID
     * @param name its name
     * @param domid its number, if it has one
     * @param turn what only one operation may have at a time: the UUID, but for the second domain of one
     */
    public record Subject(DomainUuid uuid, String name, Optional<Integer> domid, DomainUuid turn) {
        public Subject(DomainUuid uuid, String name, Optional<Integer> domid) {
            this(uuid, name, domid, uuid);
        }
    }

    /**
     * Starts an operation; its intent is on disk when this returns.
     *
     * @throws ToolstackException.DomainBusy when another one on the domain is under way
     */
    public OperationRun start(String kind, Subject subject, int steps, List<SpecProblem> warnings, Body body) {
        return start(accepted(kind, subject, steps, warnings, false), subject, body, turns::take);
    }

    /** As {@link #start}, for what nobody has asked for. */
    public OperationRun startUnasked(String kind, Subject subject, int steps, Body body) {
        return start(accepted(kind, subject, steps, List.of(), true), subject, body, turns::take);
    }

    /**
     * As {@link #start}; but when the one under way is one that nobody has asked for, it is cancelled, and this one begins when it
     * has ended, with nothing between them. When it does not end in {@code patience}, this one fails.
     */
    public OperationRun startInstead(String kind, Subject subject, int steps, Duration patience, Body body) {
        OperationRun run = accepted(kind, subject, steps, List.of(), false);
        return start(
                run,
                subject,
                r -> {
                    turns.findHolder(subject.turn())
                            .filter(holder -> holder != r)
                            .ifPresent(holder -> cancelFor(r, holder, patience));
                    body.run(r);
                },
                turns::takeNext);
    }

    private static void cancelFor(OperationRun run, OperationRun holder, Duration patience) {
        OperationView other = holder.view();
        String what = "the " + other.kind() + " of '" + other.domainName() + "'";
        run.step("cancelling " + what, 0);
        holder.requestCancel();
        if (!run.awaitTurn(patience)) {
            throw new ToolstackException.OperationTimedOut(
                    "the end of " + what + " (" + holder.view().step() + "; operation " + other.id()
                            + "), which was cancelled,",
                    patience.toSeconds());
        }
    }

    private OperationRun accepted(
            String kind, Subject subject, int steps, List<SpecProblem> warnings, boolean unasked) {
        OperationView view = new OperationView(
                UUID.randomUUID().toString(),
                kind,
                subject.name(),
                subject.uuid().toString(),
                subject.domid(),
                Status.RUNNING,
                "accepted",
                0,
                steps,
                clock.instant(),
                Optional.empty(),
                warnings,
                Optional.empty());
        return new OperationRun(this, view, unasked);
    }

    private OperationRun start(
            OperationRun run,
            Subject subject,
            Body body,
            BiFunction<DomainUuid, OperationRun, Optional<OperationRun>> taking) {
        OperationView view = run.view();
        // Known before it holds the domain: whoever finds the domain busy can ask for the operation.
        runs.put(view.id(), run);
        taking.apply(subject.turn(), run).map(OperationRun::view).ifPresent(other -> {
            runs.remove(view.id());
            throw new ToolstackException.DomainBusy("domain '" + subject.name() + "' is busy: " + other.kind()
                    + " is under way (" + other.step() + "); wait for it, or cancel it (operation " + other.id() + ")");
        });
        try {
            journal.accepted(view, REQUEST.isBound() ? Optional.of(REQUEST.get()) : Optional.empty());
            tell("operation.started", view);
        } catch (RuntimeException e) {
            release(subject.turn(), run);
            runs.remove(view.id());
            throw e;
        }
        Thread.ofVirtual().name("operation " + view.id()).start(() -> perform(run, subject.turn(), body));
        return run;
    }

    /** Lets others have the domain while this operation only waits for what the guest does. */
    public void release(DomainUuid uuid, OperationRun run) {
        turns.release(uuid, run);
    }

    /** The operation that holds a domain. */
    public Optional<String> findHolder(DomainUuid uuid) {
        return turns.findHolder(uuid).map(run -> run.view().id());
    }

    private void perform(OperationRun run, DomainUuid uuid, Body body) {
        OperationView last;
        try {
            String label = run.view().kind() + " of '" + run.view().domainName() + "', operation "
                    + run.view().id();
            ScopedValue.where(Host.OPERATION, label).run(() -> body.run(run));
            last = ended(run.view(), Status.SUCCEEDED, Optional.empty());
        } catch (ToolstackException e) {
            Status status = e instanceof ToolstackException.OperationCancelled ? Status.CANCELLED : Status.FAILED;
            last = ended(
                    run.view(),
                    status,
                    Optional.of(new Failure(e.code().code(), run.failedStep(), String.valueOf(e.getMessage()))));
        } catch (XenStoreException | StoreFailure e) {
            ToolstackException outage = Outage.of(e).orElseThrow();
            last = ended(
                    run.view(),
                    Status.FAILED,
                    Optional.of(new Failure(
                            outage.code().code(),
                            run.failedStep(),
                            run.failedStep() + " failed: " + outage.getMessage())));
        } catch (RuntimeException | Error e) {
            // An Error too (a wrong native call is an AssertionError): otherwise the domain would stay busy for ever.
            LOG.log(System.Logger.Level.ERROR, "operation " + run.view().id() + " met a defect of jxl", e);
            last = ended(
                    run.view(),
                    Status.FAILED,
                    Optional.of(new Failure(
                            ErrorCode.INTERNAL.code(),
                            run.failedStep(),
                            "jxld met a defect while " + run.failedStep() + "; its log names operation "
                                    + run.view().id())));
        }
        finish(run, uuid, last);
    }

    private void finish(OperationRun run, DomainUuid uuid, OperationView last) {
        // Written down before the next one has its turn: a kill must not leave this one open behind the end of that.
        try {
            journal.ended(last);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the end of operation " + last.id() + " could not be written down", e);
        }
        // The domain is free before anybody is told of the end: who was told may ask for the next operation at once.
        release(uuid, run);
        tell("operation.ended", last);
        run.end(last);
        trim();
    }

    private void trim() {
        List<OperationRun> ended = runs.values().stream()
                .filter(r -> r.view().status().ended())
                .sorted(Comparator.comparing((OperationRun r) -> r.view().started()))
                .toList();
        ended.stream()
                .limit(Math.max(0, ended.size() - ENDED_IN_MEMORY))
                .forEach(r -> runs.remove(r.view().id()));
    }

    void progressed(OperationView view) {
        journal.progressed(view);
        tell("operation.progress", view);
    }

    /** As {@link #progressed}, for what a later jxld must know for sure. */
    void reached(OperationView view) {
        journal.reached(view);
        tell("operation.progress", view);
    }

    /** Ends an operation that an earlier jxld had begun. */
    public void endRecovered(OperationView open, Status status, Optional<Failure> failure) {
        OperationView last = ended(open, status, failure);
        journal.ended(last);
        tell("operation.ended", last);
    }

    private OperationView ended(OperationView v, Status status, Optional<Failure> failure) {
        return new OperationView(
                v.id(),
                v.kind(),
                v.domainName(),
                v.domainUuid(),
                v.domid(),
                status,
                v.step(),
                status == Status.SUCCEEDED ? v.stepsTotal() : v.stepsDone(),
                v.stepsTotal(),
                v.started(),
                Optional.of(clock.instant()),
                v.warnings(),
                failure);
    }

    private void tell(String type, OperationView v) {
        Map<String, String> data = new TreeMap<>();
        data.put("operation", v.id());
        data.put("kind", v.kind());
        data.put("status", v.status().name().toLowerCase(Locale.ROOT));
        data.put("step", v.step());
        data.put("stepsDone", Integer.toString(v.stepsDone()));
        data.put("stepsTotal", Integer.toString(v.stepsTotal()));
        v.failure().ifPresent(f -> {
            data.put("code", f.code());
            data.put("message", f.message());
        });
        events.add(type, v.domainUuid(), v.domainName(), v.domid().orElse(-1), data);
    }

    /** Those of this life of jxld, and the last ones of earlier lives; the newest first. */
    public List<OperationView> list() {
        return Stream.concat(
                        runs.values().stream().map(OperationRun::view),
                        journal.listNewest(ENDED_IN_MEMORY).stream().filter(v -> !runs.containsKey(v.id())))
                .sorted(Comparator.comparing(OperationView::started).reversed())
                .toList();
    }

    /** One of this life of jxld. */
    public Optional<OperationRun> findRun(String id) {
        return Optional.ofNullable(runs.get(id));
    }

    /** The newest of a kind about a domain since some time, in this life of jxld; it may have ended. */
    public Optional<OperationRun> findNewest(String kind, DomainUuid uuid, Instant since) {
        return runs.values().stream()
                .filter(r -> r.view().kind().equals(kind)
                        && r.view().domainUuid().equals(uuid.toString())
                        && !r.view().started().isBefore(since))
                .max(Comparator.comparing(r -> r.view().started()));
    }

    /** One, as it stands, be it of an earlier life of jxld. */
    public OperationView require(String id) {
        OperationRun run = runs.get(id);
        return run != null
                ? run.view()
                : journal.find(id).orElseThrow(() -> new ToolstackException.OperationNotFound(id));
    }

    /** Those under way. */
    public List<OperationView> listRunning() {
        return runs.values().stream()
                .map(OperationRun::view)
                .filter(v -> !v.status().ended())
                .toList();
    }

    /**
     * Asks all running ones to stop, because jxld ends, and waits until they have, at most so long.
     *
     * @param but of which kind those are that are left open, for the next jxld to take them up
     */
    public void cancelAll(Duration atMost, String but) {
        List<OperationRun> open = runs.values().stream()
                .filter(r -> !r.view().status().ended() && !r.view().kind().equals(but))
                .toList();
        open.forEach(OperationRun::endWithJxld);
        long end = System.nanoTime() + atMost.toNanos();
        for (OperationRun run : open) {
            run.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }
}
