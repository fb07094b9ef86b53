package dev.jxl.xld.engine.definition;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.Definition;
import dev.jxl.xld.api.Definitions;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.StartPolicy;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.domain.Defined;
import dev.jxl.xld.engine.domain.Domains;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.domain.Managed;
import dev.jxl.xld.engine.domain.SpecReader;
import dev.jxl.xld.engine.life.Aftermath;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.model.DomainState;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Definitions as the API has them, and the domains that are made of them. */
public final class DefinedDomains implements Definitions {
    private final Host host;
    private final Defined defined;
    private final Domains domains;
    private final Managed managed;
    private final Operations operations;
    private final Aftermath aftermath;
    private final DefinedStart starts;
    private final HostStart hostStart;
    private final HostStop hostStop;
    private final ReentrantLock changes = new ReentrantLock();

    /** Domains that have stopped are made again by {@code aftermath}, those that are not there by {@code starts}. */
    public DefinedDomains(
            Host host,
            Defined defined,
            Domains domains,
            Managed managed,
            Operations operations,
            Aftermath aftermath,
            DefinedStart starts,
            HostStart hostStart,
            HostStop hostStop) {
        this.host = host;
        this.defined = defined;
        this.domains = domains;
        this.managed = managed;
        this.operations = operations;
        this.aftermath = aftermath;
        this.starts = starts;
        this.hostStart = hostStart;
        this.hostStop = hostStop;
    }

    /**
     * What was under way for the whole host goes on: guests that run, or have stopped, are left as they are.
     *
     * @param kind the operation's
     */
    public void takeUp(String kind) {
        OperationView _ = kind.equals(HostStart.KIND) ? startAll() : stopAll(HostStop.STANDARD_DEADLINE, false);
    }

    @Override
    public List<Definition> list() {
        return defined.list().stream().map(this::view).toList();
    }

    private Definition view(Defined.Entry entry) {
        return entry.view(managed.saves().has(entry.uuid()));
    }

    @Override
    public List<DomainView> listStopped() {
        Set<DomainUuid> there = new HashSet<>();
        domains.list().forEach(f -> there.add(f.uuid()));
        Stream<DomainSpec> waiting =
                managed.list().stream().filter(managed::awaits).map(Managed.Entry::spec);
        Map<DomainUuid, DomainSpec> all = new LinkedHashMap<>();
        Stream.concat(defined.list().stream().map(Defined.Entry::spec), waiting)
                .filter(spec -> !there.contains(spec.uuid().orElseThrow()))
                .forEach(spec -> all.putIfAbsent(spec.uuid().orElseThrow(), spec));
        return all.values().stream().map(this::stopped).toList();
    }

    private DomainView stopped(DomainSpec spec) {
        DomainUuid uuid = spec.uuid().orElseThrow();
        Optional<Defined.Entry> definition = defined.find(uuid);
        boolean waits = managed.find(uuid).filter(managed::awaits).isPresent();
        return new DomainView(
                -1,
                uuid.toString(),
                spec.name(),
                Optional.of(spec.type()),
                waits ? "waiting" : "defined",
                "------",
                Optional.empty(),
                spec.memory().kib(),
                spec.maxMemory().kib(),
                spec.vcpus(),
                spec.maxVcpus(),
                0,
                0,
                "jxl",
                operations.findHolder(uuid),
                managed.restarts().view(uuid),
                definition.isPresent(),
                definition.map(d -> d.policy().autostart()).orElse(false));
    }

    @Override
    public Definition require(String nameOrUuid) {
        return view(defined.require(nameOrUuid));
    }

    @Override
    public Definition define(CreateRequest request, Condition condition) {
        changes.lock();
        try {
            DomainSpec first = SpecReader.read(request).spec();
            Optional<Defined.Entry> before = defined.findByName(first.name());
            condition.name().filter(name -> !name.equals(first.name())).ifPresent(name -> {
                throw new ToolstackException.WrongState("the configuration is for '" + first.name() + "', not for '"
                        + name + "': 'jxl rename' changes a name");
            });
            check(condition, first.name(), before);
            Optional<DomainSpec> basis = before.map(Defined.Entry::spec).or(() -> running(first.name()));
            DomainSpec spec = SpecReader.read(request, basis).spec();
            StartPolicy policy = before.map(Defined.Entry::policy).orElse(StartPolicy.NONE);
            return view(defined.save(spec, policy));
        } finally {
            changes.unlock();
        }
    }

    /** A domain that jxl made without a definition: it keeps its UUID when it gets one. */
    private Optional<DomainSpec> running(String name) {
        return managed.list().stream()
                .map(Managed.Entry::spec)
                .filter(s -> s.name().equals(name))
                .findFirst();
    }

    private static void check(Condition condition, String name, Optional<Defined.Entry> before) {
        if (condition.fresh() && before.isPresent()) {
            throw new ToolstackException.PreconditionFailed("'" + name + "' is defined already, as version "
                    + before.get().version() + ": read it and say which version you change");
        }
        long found = before.map(Defined.Entry::version).orElse(0L);
        condition.version().filter(asked -> asked != found).ifPresent(asked -> {
            throw new ToolstackException.PreconditionFailed("the definition of '" + name + "' has version " + found
                    + ", not " + asked + ": somebody has changed it, read it again");
        });
    }

    @Override
    public void undefine(String nameOrUuid, Condition condition, boolean discardSave) {
        changes.lock();
        try {
            Defined.Entry entry = defined.require(nameOrUuid);
            check(condition, entry.spec().name(), Optional.of(entry));
            if (managed.saves().has(entry.uuid())) {
                discardSave(entry, discardSave);
            }
            defined.remove(entry.uuid());
        } finally {
            changes.unlock();
        }
    }

    private void discardSave(Defined.Entry entry, boolean wanted) {
        String name = entry.spec().name();
        if (!wanted) {
            throw new ToolstackException.WrongState("'" + name
                    + "' was saved when the host stopped, and would be lost: 'jxl start " + name
                    + "' lets it go on, 'jxl undefine --discard-save " + name + "' throws it away");
        }
        if (operations.findHolder(entry.uuid()).isPresent()) {
            throw new ToolstackException.DomainBusy("'" + name
                    + "' is being started from what was saved of it: wait for it ('jxl operations' shows it)");
        }
        managed.saves().discard(host, entry.uuid());
    }

    @Override
    public Definition plan(String nameOrUuid, StartPolicy policy, Condition condition) {
        changes.lock();
        try {
            Defined.Entry entry = defined.require(nameOrUuid);
            check(condition, entry.spec().name(), Optional.of(entry));
            return view(defined.save(entry.spec(), policy));
        } finally {
            changes.unlock();
        }
    }

    @Override
    public OperationView start(String nameOrUuid, boolean paused, boolean discardSave) {
        Optional<Managed.Entry> waiting = managed.find(nameOrUuid).filter(managed::awaits);
        if (waiting.isPresent()) {
            refusePaused(waiting.get(), paused);
            return aftermath.startAgain(waiting.get(), Optional.empty()).view();
        }
        Optional<Found> there = find(nameOrUuid);
        if (there.isPresent()) {
            return startAgain(there.get(), paused).view();
        }
        return starts.start(defined.require(nameOrUuid), paused, discardSave).view();
    }

    private Optional<Found> find(String nameOrUuid) {
        return domains.list().stream()
                .filter(f -> f.name().equals(nameOrUuid) || f.uuid().toString().equalsIgnoreCase(nameOrUuid))
                .findFirst();
    }

    /** It runs again, as it would have without a user's word. */
    private static void refusePaused(Managed.Entry entry, boolean paused) {
        if (paused) {
            String name = entry.spec().name();
            throw new ToolstackException.WrongState("'" + name
                    + "' has stopped and is started again, which is never paused: leave -p out, or 'jxl destroy " + name
                    + "' first");
        }
    }

    private OperationRun startAgain(Found domain, boolean paused) {
        Optional<Managed.Entry> entry = managed.find(domain.uuid());
        if (domain.state() instanceof DomainState.ShutDown && entry.isPresent()) {
            refusePaused(entry.get(), paused);
            return aftermath.startAgain(entry.get(), Optional.of(domain.id()));
        }
        throw new ToolstackException.WrongState("domain '" + domain.name() + "' is there already, it is "
                + domain.state().word() + ": 'jxl reboot' restarts it, 'jxl unpause' lets a paused one run");
    }

    @Override
    public OperationView startAll() {
        return hostStart.start().view();
    }

    @Override
    public OperationView stopAll(Duration deadline, boolean others) {
        return hostStop.start(deadline, others).view();
    }
}
