package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.xenctrl.SchedulerCalls;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xld.host.Scheduler;
import dev.jxl.xld.host.Shares;
import java.util.List;

/** What schedulers give, by libxenctrl. */
final class XenShares implements Shares {
    private final XenControl xen;

    XenShares(XenControl xen) {
        this.xen = xen;
    }

    private SchedulerCalls calls() {
        return xen.schedulers();
    }

    @Override
    public Credit credit(DomainId domain, Scheduler scheduler) {
        SchedulerCalls.Credit credit = XenErrors.asking(
                "asking for the share of",
                domain,
                () -> scheduler == Scheduler.CREDIT ? calls().credit(domain.value()) : calls().credit2(domain.value()));
        return new Credit(credit.weight(), credit.cap());
    }

    @Override
    public void give(DomainId domain, Scheduler scheduler, Credit credit) {
        SchedulerCalls.Credit wanted = new SchedulerCalls.Credit(credit.weight(), credit.cap());
        XenErrors.having("changing the share of", domain, () -> {
            if (scheduler == Scheduler.CREDIT) {
                calls().applyCredit(domain.value(), wanted);
            } else {
                calls().applyCredit2(domain.value(), wanted);
            }
        });
    }

    @Override
    public Budget budget(DomainId domain) {
        return budget(XenErrors.asking("asking for the share of", domain, () -> calls().rtds(domain.value())));
    }

    private static Budget budget(SchedulerCalls.Rtds rtds) {
        return new Budget(rtds.periodUs(), rtds.budgetUs(), rtds.extraTime());
    }

    @Override
    public List<VcpuBudget> budgets(DomainId domain, List<Integer> vcpus) {
        return XenErrors.asking(
                        "asking for the shares of the vCPUs of", domain, () -> calls().rtdsOf(domain.value(), vcpus))
                .stream()
                .map(v -> new VcpuBudget(v.vcpu(), budget(v.rtds())))
                .toList();
    }

    @Override
    public void give(DomainId domain, List<VcpuBudget> budgets) {
        List<SchedulerCalls.VcpuRtds> wanted = budgets.stream()
                .map(v -> new SchedulerCalls.VcpuRtds(
                        v.vcpu(),
                        new SchedulerCalls.Rtds(
                                v.budget().periodMicros(),
                                v.budget().budgetMicros(),
                                v.budget().extraTime())))
                .toList();
        XenErrors.having(
                "changing the shares of the vCPUs of", domain, () -> calls().applyRtds(domain.value(), wanted));
    }

    @Override
    public Tuning tuning(int pool, Scheduler scheduler) {
        return XenErrors.asking("asking how the scheduler of cpupool " + pool + " works", () -> {
            if (scheduler == Scheduler.CREDIT2) {
                return new Tuning(0, calls().credit2RatelimitUs(pool), 0);
            }
            SchedulerCalls.CreditPool credit = calls().creditPool(pool);
            return new Tuning(credit.timesliceMs(), credit.ratelimitUs(), credit.migrationDelayUs());
        });
    }

    @Override
    public void tune(int pool, Scheduler scheduler, Tuning tuning) {
        XenErrors.asking("changing how the scheduler of cpupool " + pool + " works", () -> {
            if (scheduler == Scheduler.CREDIT2) {
                calls().applyCredit2RatelimitUs(pool, tuning.ratelimitMicros());
            } else {
                calls().applyCreditPool(
                                pool,
                                new SchedulerCalls.CreditPool(
                                        tuning.timesliceMillis(),
                                        tuning.ratelimitMicros(),
                                        tuning.migrationDelayMicros()));
            }
            return true;
        });
    }
}
