package dev.jxl.xld.engine.resource;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.CpuPoolChange;
import dev.jxl.xld.api.CpuPoolView;
import dev.jxl.xld.api.ToolstackException.InvalidRequest;
import dev.jxl.xld.api.ToolstackException.NameInUse;
import dev.jxl.xld.api.ToolstackException.WrongState;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Scheduler;
import dev.jxl.xld.host.Shares;
import dev.jxl.xld.plan.CpuRanges;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Changes of cpupools, one at a time on the host.
 *
 * @source tools/libs/light/libxl_cpupool.c; tools/xl/xl_cpupool.c
 */
final class PoolChanges {
    /** What the operations are about: the cpupools of the host, whichever they are. */
    private static final Operations.Subject SUBJECT = new Operations.Subject(
            new DomainUuid(UUID.nameUUIDFromBytes("jxl cpupools".getBytes(StandardCharsets.UTF_8))),
            "cpupools",
            Optional.empty());

    private static final String NAME = "[^/\\p{Cntrl}]{1,255}";

    private final Host host;
    private final Operations operations;
    private final PoolNames names;

    PoolChanges(Host host, Operations operations, PoolNames names) {
        this.host = host;
        this.operations = operations;
        this.names = names;
    }

    OperationRun start(CpuPoolChange change) {
        return switch (change) {
            case CpuPoolChange.Create c -> create(c);
            case CpuPoolChange.Destroy d -> destroy(names.require(d.pool()));
            case CpuPoolChange.Rename r -> rename(names.require(r.pool()), r.name());
            case CpuPoolChange.AddCpus a -> addCpus(names.require(a.pool()), a.cpus());
            case CpuPoolChange.RemoveCpus r -> removeCpus(names.require(r.pool()), r.cpus());
            case CpuPoolChange.NumaSplit _ -> new NumaSplit(host, this, names).start(operations, SUBJECT);
            case CpuPoolChange.Tune t -> tune(names.require(t.pool()), t);
        };
    }

    private OperationRun start(String kind, String words, Consumer<UndoStack> body) {
        return operations.start(kind, SUBJECT, 1, List.of(), run -> {
            run.step(words, 0);
            UndoStack.orPutBack(body);
        });
    }

    private BitSet set(String text) {
        try {
            return CpuRanges.parse(text, host.processors().topology());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequest("the CPUs of the cpupool: " + e.getMessage());
        }
    }

    private void checkName(String name) {
        if (!name.matches(NAME) || name.matches("[0-9]+")) {
            throw new InvalidRequest("'" + name + "' is no name for a cpupool: it has 1 to 255 characters without '/',"
                    + " not only digits");
        }
        if (names.find(name).isPresent()) {
            throw new NameInUse("a cpupool named '" + name + "' exists already: choose another name");
        }
    }

    /** A pool that is to be made. */
    private record Planned(Scheduler scheduler, BitSet cpus) {}

    private Planned planned(CpuPoolChange.Create wish) {
        checkName(wish.name());
        Scheduler scheduler = wish.scheduler()
                .map(PoolNames::scheduler)
                .orElseGet(() -> host.cpuPools().defaultScheduler());
        BitSet cpus = wish.cpus().map(text -> free(text, set(text))).orElseGet(BitSet::new);
        BitSet taken = (BitSet) cpus.clone();
        taken.andNot(host.cpuPools().freeCpus());
        if (!taken.isEmpty() || (wish.cpus().isPresent() && cpus.isEmpty())) {
            throw new InvalidRequest("CPU "
                    + (taken.isEmpty() ? wish.cpus().orElse("") : CpuRanges.text(taken, taken.length()))
                    + " cannot be in a new cpupool: it is offline, or another one has it ('jxl cpupool-list -c')");
        }
        return new Planned(scheduler, cpus);
    }

    CpuPoolView plan(CpuPoolChange.Create wish) {
        Planned planned = planned(wish);
        return new CpuPoolView(
                -1,
                wish.name(),
                planned.scheduler().word(),
                planned.cpus().stream().boxed().toList(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private OperationRun create(CpuPoolChange.Create wish) {
        Planned planned = planned(wish);
        return start(
                "cpupool-create",
                "making cpupool '" + wish.name() + "'",
                undo -> create(undo, wish.name(), planned.scheduler(), planned.cpus()));
    }

    /** Makes a pool with its name. */
    void create(UndoStack undo, String name, Scheduler scheduler, BitSet cpus) {
        int[] made = new int[1];
        // Whatever becomes of the call: a pool without a name is one that was not finished.
        undo.perform(() -> made[0] = host.cpuPools().create(scheduler), this::removeNameless);
        int id = made[0];
        cpus.stream().forEach(cpu -> add(undo, id, cpu));
        undo.perform(
                () -> host.store().change(t -> {
                    t.write(PoolNames.node(id) + "/uuid", UUID.randomUUID().toString());
                    t.write(PoolNames.node(id) + "/name", name);
                }),
                () -> host.store().remove(PoolNames.node(id)));
    }

    void add(UndoStack undo, int pool, int cpu) {
        undo.perform(() -> host.cpuPools().addCpu(pool, cpu), () -> {
            if (has(pool, cpu)) {
                host.cpuPools().removeCpu(pool, cpu);
            }
        });
    }

    void remove(UndoStack undo, int pool, int cpu) {
        undo.perform(() -> host.cpuPools().removeCpu(pool, cpu), () -> {
            if (exists(pool) && !has(pool, cpu)) {
                host.cpuPools().addCpu(pool, cpu);
            }
        });
    }

    void rename(UndoStack undo, int pool, String name) {
        String node = PoolNames.node(pool) + "/name";
        Optional<String> before = host.store().find(node);
        undo.perform(
                () -> host.store().write(node, name),
                () -> before.ifPresent(old -> host.store().write(node, old)));
    }

    private boolean has(int pool, int cpu) {
        return host.cpuPools().list().stream()
                .anyMatch(p -> p.id() == pool && p.cpus().get(cpu));
    }

    private OperationRun destroy(CpuPools.Pool pool) {
        String name = names.name(pool.id());
        if (pool.id() == 0) {
            throw new WrongState("cpupool '" + name + "' is Xen's first: it cannot be destroyed");
        }
        if (pool.domains() > 0) {
            throw new WrongState("cpupool '" + name + "' has " + pool.domains()
                    + " domain(s): 'jxl cpupool-migrate' moves them to another one");
        }
        return start("cpupool-destroy", "destroying cpupool '" + name + "'", undo -> {
            pool.cpus().stream().forEach(cpu -> remove(undo, pool.id(), cpu));
            removeNodes(undo, pool.id());
            // The last: nothing that comes after it could fail, and a pool without a name is one that is to go.
            host.cpuPools().destroy(pool.id());
        });
    }

    private void removeNodes(UndoStack undo, int pool) {
        String node = PoolNames.node(pool);
        Map<String, String> before = new TreeMap<>();
        for (String name : host.store().list(node)) {
            host.store().find(node + "/" + name).ifPresent(value -> before.put(name, value));
        }
        undo.perform(() -> host.store().remove(node), () -> {
            if (exists(pool)) {
                host.store().change(t -> before.forEach((name, value) -> t.write(node + "/" + name, value)));
            }
        });
    }

    private boolean exists(int pool) {
        return host.cpuPools().list().stream().anyMatch(p -> p.id() == pool);
    }

    private OperationRun rename(CpuPools.Pool pool, String name) {
        checkName(name);
        return start(
                "cpupool-rename",
                "naming cpupool '" + names.name(pool.id()) + "' '" + name + "'",
                undo -> rename(undo, pool.id(), name));
    }

    private OperationRun addCpus(CpuPools.Pool pool, String text) {
        BitSet cpus = set(text);
        cpus.andNot(pool.cpus());
        return start(
                "cpupool-cpu-add",
                "adding CPU " + text + " to cpupool '" + names.name(pool.id()) + "'",
                undo -> free(text, cpus).stream().forEach(cpu -> add(undo, pool.id(), cpu)));
    }

    /** Of whole nodes those that are free; of CPUs all, so that Xen says which is not. */
    private BitSet free(String text, BitSet cpus) {
        BitSet wanted = (BitSet) cpus.clone();
        if (text.contains("node")) {
            wanted.and(host.cpuPools().freeCpus());
        }
        return wanted;
    }

    private OperationRun removeCpus(CpuPools.Pool pool, String text) {
        BitSet cpus = set(text);
        if (text.contains("node")) {
            cpus.and(pool.cpus());
        }
        String name = names.name(pool.id());
        BitSet others = (BitSet) cpus.clone();
        others.andNot(pool.cpus());
        if (!others.isEmpty()) {
            throw new InvalidRequest("CPU " + CpuRanges.text(others, others.length()) + " is not in cpupool '" + name
                    + "': 'jxl cpupool-list -c' shows what it has");
        }
        return start(
                "cpupool-cpu-remove",
                "removing CPU " + text + " from cpupool '" + name + "'",
                undo -> cpus.stream().forEach(cpu -> remove(undo, pool.id(), cpu)));
    }

    /** @source xen/include/public/sysctl.h: XEN_SYSCTL_CSCHED_TSLICE_MAX, XEN_SYSCTL_SCHED_RATELIMIT_MAX, … */
    private OperationRun tune(CpuPools.Pool pool, CpuPoolChange.Tune wish) {
        String name = names.name(pool.id());
        Scheduler scheduler = wish.scheduler().map(PoolNames::scheduler).orElse(pool.scheduler());
        if (scheduler != pool.scheduler() || (scheduler != Scheduler.CREDIT && scheduler != Scheduler.CREDIT2)) {
            throw new WrongState("cpupool '" + name + "' has the "
                    + pool.scheduler().word() + " scheduler"
                    + (scheduler == pool.scheduler() ? ", which has no parameters" : ", not " + scheduler.word()));
        }
        Shares.Tuning now = host.shares().tuning(pool.id(), scheduler);
        Shares.Tuning then = new Shares.Tuning(
                wish.timesliceMillis().orElse(now.timesliceMillis()),
                wish.ratelimitMicros().orElse(now.ratelimitMicros()),
                wish.migrationDelayMicros().orElse(now.migrationDelayMicros()));
        check(scheduler, then);
        return start(
                "sched-" + scheduler.word(),
                "changing the scheduler of cpupool '" + name + "'",
                undo -> undo.perform(
                        () -> host.shares().tune(pool.id(), scheduler, then),
                        () -> host.shares().tune(pool.id(), scheduler, now)));
    }

    private static void check(Scheduler scheduler, Shares.Tuning wish) {
        int ratelimit = wish.ratelimitMicros();
        require(
                ratelimit == 0 || (ratelimit >= 100 && ratelimit <= 500_000),
                "the rate limit is 0, or 100 to 500000 µs");
        if (scheduler == Scheduler.CREDIT) {
            int timeslice = wish.timesliceMillis();
            int delay = wish.migrationDelayMicros();
            require(timeslice >= 1 && timeslice <= 1000, "the time slice is 1 to 1000 ms");
            require(ratelimit <= timeslice * 1000, "the rate limit is not more than the time slice");
            require(delay >= 0 && delay <= 100_000, "the migration delay is 0 to 100000 µs");
        }
    }

    private static void require(boolean right, String rule) {
        if (!right) {
            throw new InvalidRequest("the scheduler cannot be set so: " + rule);
        }
    }

    /** Pools that an interrupted creation left without a name are removed. */
    void removeNameless() {
        for (CpuPools.Pool pool : host.cpuPools().list()) {
            boolean nameless =
                    host.store().find(PoolNames.node(pool.id()) + "/name").isEmpty();
            if (pool.id() != 0 && pool.domains() == 0 && nameless) {
                pool.cpus().stream().forEach(cpu -> host.cpuPools().removeCpu(pool.id(), cpu));
                host.cpuPools().destroy(pool.id());
            }
        }
    }
}
