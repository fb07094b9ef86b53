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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What follows when a domain has stopped, each as an operation that nobody asked for, but {@link #startAgain}. */
public final class Aftermath {
    private final Host host;
    private final Managed managed;
    private final Operations operations;
    private final DomainLog log;
    private final CoreDumping cores;

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

    /** The same, because a user wants it. */
    public OperationRun startAgain(Entry entry, DomainId old) {
        Optional<DomainId> stopped = Optional.of(old);
        return operations.start(
                "restart", subject(entry, stopped), 2, List.of(), remaking(entry, stopped, "a user starts it again"));
    }

    private Operations.Body remaking(Entry entry, Optional<DomainId> old, String why) {
        return run -> {
            managed.requireCurrent(entry);
            String name = entry.spec().name();
            run.step("removing the stopped '" + name + "' (" + why + ")", 0);
            notSurvivable(entry);
            new Teardown(host, log).perform(old, entry.uuid(), run::phase);
            create(entry.spec(), why, run);
        };
    }

    /** Keeps a stopped domain under another name and UUID, without its devices, and makes it again. */
    public OperationRun renameAndRestart(Entry entry, DomainId old, String why) {
        return operations.startUnasked("rename-restart", subject(entry, Optional.of(old)), 2, run -> {
            managed.requireCurrent(entry);
            String name = entry.spec().name();
            run.step("keeping the stopped '" + name + "' under another name (" + why + ")", 0);
            notSurvivable(entry);
            new Preservation(host, log).perform(old, entry, run);
            create(entry.spec(), why, run);
        });
    }

    /** Not survivable from here on: an interrupted restart is taken up again, not forgotten. */
    private void notSurvivable(Entry entry) {
        managed.save(new Entry(entry.spec(), entry.domid(), false, false));
    }

    private void create(DomainSpec spec, String why, OperationRun run) {
        new Creation(
                        host,
                        managed,
                        log,
                        Snapshots.plan(host, spec.name(), spec, false, Optional.empty()),
                        false,
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
        Optional<DomainId> domid = found.or(() -> entry.domid().isPresent()
                ? Optional.of(new DomainId(entry.domid().getAsInt()))
                : Optional.empty());
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

    private static Operations.Subject subject(Entry entry, Optional<DomainId> domid) {
        return new Operations.Subject(entry.uuid(), entry.spec().name(), domid.map(DomainId::value));
    }
}
