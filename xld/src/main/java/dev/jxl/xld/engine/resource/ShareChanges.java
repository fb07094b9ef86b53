package dev.jxl.xld.engine.resource;

import dev.jxl.config.SchedulerSpec;
import dev.jxl.xld.api.DomainChange;
import dev.jxl.xld.api.ToolstackException.InvalidRequest;
import dev.jxl.xld.api.ToolstackException.WrongState;
import dev.jxl.xld.engine.domain.Domains.Found;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.engine.operation.Operations;
import dev.jxl.xld.engine.operation.UndoStack;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Scheduler;
import dev.jxl.xld.host.Shares;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a domain gets of the CPUs.
 *
 * @source tools/libs/light/libxl_sched.c: sched_credit_domain_set, sched_credit2_domain_set, sched_rtds_validate_params
 */
final class ShareChanges {
    private static final int MOST_WEIGHT = 65535;
    private static final int PERCENT = 100;

    private final Host host;
    private final Operations operations;
    private final Remembered remembered;
    private final PoolNames pools;

    ShareChanges(Host host, Operations operations, Remembered remembered, PoolNames pools) {
        this.host = host;
        this.operations = operations;
        this.remembered = remembered;
        this.pools = pools;
    }

    private CpuPools.Pool poolOf(Found domain) {
        return pools.require(Integer.toString(domain.facts().cpupool()));
    }

    /** The scheduler of the domain's pool, when it is one of these. */
    private Scheduler requireScheduler(Found domain, List<Scheduler> fitting) {
        CpuPools.Pool pool = poolOf(domain);
        if (!fitting.contains(pool.scheduler())) {
            throw new WrongState("domain '" + domain.name() + "' is in cpupool '" + pools.name(pool.id())
                    + "' with the " + pool.scheduler().word() + " scheduler, not "
                    + String.join(" or ", fitting.stream().map(Scheduler::word).toList()));
        }
        return pool.scheduler();
    }

    OperationRun setShare(Found domain, DomainChange.SetShare wish) {
        List<Scheduler> fitting = wish.scheduler()
                .map(word -> List.of(PoolNames.scheduler(word)))
                .orElse(List.of(Scheduler.CREDIT, Scheduler.CREDIT2));
        Scheduler scheduler = requireScheduler(domain, fitting);
        checkRange(domain, "weight", wish.weight(), 1, MOST_WEIGHT);
        checkRange(domain, "cap", wish.cap(), 0, domain.facts().maxVcpus() * PERCENT);
        return operations.start("sched-" + scheduler.word(), domain.subject(), 1, List.of(), run -> {
            run.step("changing the share of '" + domain.name() + "'", 0);
            Shares.Credit now = host.shares().credit(domain.id(), scheduler);
            Shares.Credit then = new Shares.Credit(
                    wish.weight().orElse(now.weight()), wish.cap().orElse(now.cap()));
            UndoStack.orPutBack(undo -> {
                undo.perform(
                        () -> host.shares().give(domain.id(), scheduler, then),
                        () -> host.shares().give(domain.id(), scheduler, now));
                remember(domain, wish.weight(), wish.cap());
            });
        });
    }

    private void remember(Found domain, Optional<Integer> weight, Optional<Integer> cap) {
        remembered.change(domain, spec -> {
            SchedulerSpec old = spec.cpu().scheduler();
            return spec.toBuilder()
                    .cpu(spec.cpu()
                            .withScheduler(new SchedulerSpec(
                                    weight.or(old::weight),
                                    cap.or(old::cap),
                                    old.periodMicros(),
                                    old.budgetMicros(),
                                    old.extratime())))
                    .build();
        });
    }

    private static void checkRange(Found domain, String what, Optional<Integer> value, int least, int most) {
        if (value.isPresent() && (value.get() < least || value.get() > most)) {
            throw new InvalidRequest("the " + what + " of domain '" + domain.name() + "' is from " + least + " to "
                    + most + ", not " + value.get());
        }
    }

    OperationRun setBudgets(Found domain, DomainChange.SetBudgets wish) {
        requireScheduler(domain, List.of(Scheduler.RTDS));
        List<Integer> vcpus = wish.vcpus().isEmpty()
                ? IntStream.range(0, domain.facts().maxVcpus()).boxed().toList()
                : wish.vcpus();
        if (wish.budgets().isEmpty()
                || (wish.budgets().size() != 1
                        && wish.budgets().size() != wish.vcpus().size())) {
            throw new InvalidRequest("there are " + wish.budgets().size() + " budgets for " + vcpus.size()
                    + " vCPUs of domain '" + domain.name() + "': one each, or one for all of them");
        }
        List<Shares.VcpuBudget> then = new ArrayList<>();
        for (int i = 0; i < vcpus.size(); i++) {
            DomainChange.Budget budget = wish.budgets().get(wish.budgets().size() == 1 ? 0 : i);
            check(domain, vcpus.get(i), budget);
            then.add(new Shares.VcpuBudget(
                    vcpus.get(i), new Shares.Budget(budget.periodMicros(), budget.budgetMicros(), budget.extratime())));
        }
        return operations.start("sched-rtds", domain.subject(), 1, List.of(), run -> {
            run.step("changing the budgets of " + vcpus.size() + " vCPU(s) of '" + domain.name() + "'", 0);
            List<Shares.VcpuBudget> now = host.shares().budgets(domain.id(), vcpus);
            UndoStack.orPutBack(undo -> undo.perform(
                    () -> host.shares().give(domain.id(), then),
                    () -> host.shares().give(domain.id(), now)));
        });
    }

    private static void check(Found domain, int vcpu, DomainChange.Budget budget) {
        if (vcpu < 0 || vcpu >= domain.facts().maxVcpus()) {
            throw new InvalidRequest("domain '" + domain.name() + "' has no vCPU " + vcpu);
        }
        long most = Integer.MAX_VALUE;
        if (budget.periodMicros() < 1
                || budget.periodMicros() > most
                || budget.budgetMicros() < 1
                || budget.budgetMicros() > budget.periodMicros()) {
            throw new InvalidRequest("vCPU " + vcpu + " of domain '" + domain.name() + "' cannot get "
                    + budget.budgetMicros() + " of each " + budget.periodMicros()
                    + " microseconds: both are at least 1, and the budget is not more than the period");
        }
    }

    OperationRun moveToPool(Found domain, DomainChange.MoveToPool wish) {
        CpuPools.Pool from = poolOf(domain);
        CpuPools.Pool to = pools.require(wish.pool());
        String name = pools.name(to.id());
        if (to.cpus().isEmpty()) {
            throw new WrongState("cpupool '" + name + "' has no CPU: 'jxl cpupool-cpu-add' gives it some");
        }
        return operations.start("cpupool-migrate", domain.subject(), 1, List.of(), run -> {
            run.step("moving '" + domain.name() + "' into cpupool '" + name + "'", 0);
            UndoStack.orPutBack(undo -> {
                undo.perform(
                        () -> host.cpuPools().moveDomain(domain.id(), to.id()),
                        () -> host.cpuPools().moveDomain(domain.id(), from.id()));
                remembered.change(
                        domain, spec -> spec.toBuilder().pool(Optional.of(name)).build());
            });
        });
    }
}
