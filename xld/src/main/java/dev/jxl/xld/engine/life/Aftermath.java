package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.DomainLog;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.Managed.Entry;
import dev.jxl.xld.engine.domain.Twins;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.RestartHistory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What follows when a domain has stopped, each as an operation that nobody asked for, but {@link #startAgain}. */
public final class Aftermath {
    private static final System.Logger LOG = System.getLogger(Aftermath.class.getName());

    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final CoreDumping cores;

    /** Each is an operation, and is told as an event by the log. */
    public Aftermath(Host host, Managed managed, Operations operations, DomainLog log, CoreDumping cores) {
        this.host = host;
        this.managed = managed;
        this.operations = operations;
        this.log = log;
        this.cores = cores;
    }

    /**
     * Takes a restart up again that an earlier jxld had begun.
     *
     * @param kept the stopped domain that is to be kept under another name first
     */
    public void takeUp(Entry entry, Optional<DomainId> kept) {
        String why = "an interrupted restart";
        OperationRun _ =
                kept.isPresent() ? renameAndRestart(entry, kept.get(), why) : restart(entry, Optional.empty(), why);
    }

    /** Removes what is left of a domain, and makes it again. */
    public OperationRun restart(Entry entry, Optional<DomainId> old, String why) {
        return operations.startUnasked("restart", subject(entry, old), 2, remaking(entry, old, why));
    }

    /** The same, because a user wants it; now, though it may wait for another try. */
    public OperationRun startAgain(Entry entry, Optional<DomainId> old) {
        return operations.start(
                "restart", subject(entry, old), 2, List.of(), remaking(entry, old, "a user starts it again"));
    }

    private Operations.Body remaking(Entry entry, Optional<DomainId> old, String why) {
        return run -> {
            managed.requireCurrent(entry);
            String name = entry.spec().name();
            run.step("removing the stopped '" + name + "' (" + why + ")", 0);
            again(entry, run, () -> remake(entry, old, why, run));
        };
    }

    private void remake(Entry entry, Optional<DomainId> old, String why, OperationRun run) {
        new Teardown(host, log).perform(number(entry, old), entry.uuid(), run::phase);
        create(entry.spec(), why, run);
    }

    /** Has a guest go on that has asked for a soft reset; one that cannot be reset, or whose reset fails, is made again. */
    public OperationRun softReset(Entry entry, DomainId domain, String why) {
        SoftReset reset = new SoftReset(host, managed, log, entry, domain);
        Optional<String> obstacle = reset.obstacle();
        if (obstacle.isPresent()) {
            OperationRun run = restart(entry, Optional.of(domain), why + "; " + obstacle.get());
            reset.tellFailed(obstacle.get());
            return run;
        }
        return operations.startUnasked(SoftReset.KIND, subject(entry, Optional.of(domain)), 2, run -> {
            managed.requireCurrent(entry);
            run.step("resetting '" + entry.spec().name() + "' (" + why + ")", 0);
            try {
                Optional<String> unsaved = reset.attempt(() -> reset.saveDeviceModel(run));
                again(
                        entry,
                        run,
                        () -> unsaved.or(() -> reset.attempt(() -> reset.perform(run)))
                                .ifPresent(failed -> {
                                    reset.tellFailed(failed);
                                    remake(entry, Optional.of(domain), why, run);
                                }));
            } finally {
                reset.discardState();
            }
        });
    }

    /** Keeps a stopped domain under another name and UUID, without its devices, and makes it again. */
    public OperationRun renameAndRestart(Entry entry, DomainId old, String why) {
        return operations.startUnasked("rename-restart", subject(entry, Optional.of(old)), 2, run -> {
            managed.requireCurrent(entry);
            String name = entry.spec().name();
            run.step("keeping the stopped '" + name + "' under another name (" + why + ")", 0);
            again(entry, run, () -> {
                new Preservation(host, log).perform(old, entry, run);
                create(entry.spec(), why, run);
            });
        });
    }

    /**
     * From here on its old life is over, and an interrupted restart is taken up again; what fails is tried again later. Only who
     * cancels it has it forgotten.
     */
    private void again(Entry entry, OperationRun run, Runnable making) {
        managed.save(new Entry(entry.spec(), entry.domid(), false, false));
        try {
            making.run();
        } catch (RuntimeException e) {
            if (e instanceof ToolstackException.OperationCancelled && !run.endsWithJxld()) {
                managed.restarts().remove(entry.uuid());
                if (Twins.find(host, entry.uuid()).isEmpty()) {
                    managed.remove(entry.uuid());
                }
            } else {
                awaitNextTry(entry, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private void awaitNextTry(Entry entry, String why) {
        RestartHistory history = managed.restarts().failed(entry.uuid(), why);
        String name = entry.spec().name();
        boolean givenUp = !history.givenUp().isEmpty();
        String words = givenUp
                ? "it is not tried again: mend that, then 'jxl start " + name + "'; 'jxl destroy " + name
                        + "' forgets it"
                : "it is tried again at " + history.notBefore();
        LOG.log(
                System.Logger.Level.WARNING,
                "making '" + name + "' again failed, try " + history.failedStarts() + ": " + why + "; " + words);
        Map<String, String> data = new TreeMap<>();
        data.put("failedStarts", Integer.toString(history.failedStarts()));
        data.put("why", givenUp ? history.givenUp() : why);
        if (!givenUp) {
            data.put("notBefore", history.notBefore().toString());
        }
        log.tell(givenUp ? "domain.restart-given-up" : "domain.restart-delayed", entry.uuid(), name, -1, data);
    }

    private void create(DomainSpec spec, String why, OperationRun run) {
        Creation.again(
                        host,
                        managed,
                        log,
                        Snapshots.plan(host, spec.name(), spec, false, Optional.empty()),
                        Optional.empty(),
                        run)
                .perform();
        log.tell(
                "domain.rebooted",
                spec.uuid().orElseThrow(),
                spec.name(),
                run.view().domid().orElse(-1),
                Map.of("why", why));
    }

    /** Removes what is left of a domain. */
    public void clear(Entry entry, Optional<DomainId> found, String kind) {
        Optional<DomainId> domid = number(entry, found);
        operations.startUnasked(kind, subject(entry, domid), 1, run -> {
            managed.requireCurrent(entry);
            run.step("clearing what '" + entry.spec().name() + "' left", 0);
            new Teardown(host, log).perform(domid, entry.uuid(), run::cleaning);
            managed.remove(entry.uuid());
        });
    }

    /** Removes the other domain of a guest that lives. */
    public void clearLeftOver(Domains.Found other) {
        operations.startUnasked("cleanup", other.subject(), 1, run -> {
            if (Twins.isLeftOver(managed, other)) {
                run.step("clearing '" + other.name() + "', which a migration left", 0);
                new Teardown(host, log).perform(Optional.of(other.id()), other.uuid(), run::cleaning);
            }
        });
    }

    /**
     * Dumps a stopped domain's core. However it ends, what was to follow the dump follows: a disk that is full must not keep a
     * guest from being started again.
     */
    public void dumpCore(Entry entry, DomainId domain, String why) {
        Path file = CoreDumping.fileOf(entry.spec().name());
        operations.startUnasked("dump-core", subject(entry, Optional.of(domain)), 1, run -> {
            run.step("dumping the core of '" + entry.spec().name() + "' to " + file + " (" + why + ")", 0);
            try {
                cores.perform(domain, file, run);
                log.tell(
                        "domain.core-dumped",
                        entry.uuid(),
                        entry.spec().name(),
                        domain.value(),
                        Map.of("file", file.toString()));
                managed.restarts().dumped(entry.uuid(), domain.value());
            } catch (ToolstackException e) {
                managed.restarts().dumped(entry.uuid(), domain.value());
                throw e;
            }
        });
    }

    /** Its number; where it is gone, the last one that it had: something of it may be left under that. */
    private static Optional<DomainId> number(Entry entry, Optional<DomainId> found) {
        return found.or(() -> entry.domid().isPresent()
                ? Optional.of(new DomainId(entry.domid().getAsInt()))
                : Optional.empty());
    }

    private static Operations.Subject subject(Entry entry, Optional<DomainId> domid) {
        return new Operations.Subject(entry.uuid(), entry.spec().name(), domid.map(DomainId::value));
    }
}
