package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xld.host.CpuPools;
import dev.jxl.xld.host.Scheduler;
import java.util.BitSet;
import java.util.List;

/** Cpupools, by libxenctrl. */
final class XenCpuPools implements CpuPools {
    private final XenControl xen;

    XenCpuPools(XenControl xen) {
        this.xen = xen;
    }

    @Override
    public List<Pool> list() {
        return XenErrors.asking("listing the cpupools", () -> xen.cpuPools().list()).stream()
                .map(pool -> new Pool(pool.id(), Scheduler.of(pool.schedulerId()), pool.domains(), pool.cpus()))
                .toList();
    }

    @Override
    public BitSet freeCpus() {
        return XenErrors.asking(
                "asking for CPUs without a cpupool", () -> xen.cpuPools().freeCpus());
    }

    @Override
    public Scheduler defaultScheduler() {
        return Scheduler.of(XenErrors.asking("asking for Xen's scheduler", xen::schedulerId));
    }

    @Override
    public int create(Scheduler scheduler) {
        return XenErrors.asking(
                "making a cpupool with the " + scheduler.word() + " scheduler",
                () -> xen.cpuPools().create(scheduler.id()));
    }

    @Override
    public void destroy(int pool) {
        perform("destroying cpupool " + pool, () -> xen.cpuPools().destroy(pool));
    }

    @Override
    public void addCpu(int pool, int cpu) {
        perform(
                "adding CPU " + cpu + " to cpupool " + pool,
                () -> xen.cpuPools().addCpu(pool, cpu));
    }

    @Override
    public void removeCpu(int pool, int cpu) {
        perform(
                "removing CPU " + cpu + " from cpupool " + pool,
                () -> xen.cpuPools().removeCpu(pool, cpu));
    }

    @Override
    public void moveDomain(DomainId domain, int pool) {
        XenErrors.having(
                "moving into cpupool " + pool, domain, () -> xen.cpuPools().moveDomain(domain.value(), pool));
    }

    private static void perform(String doing, Runnable call) {
        XenErrors.asking(doing, () -> {
            call.run();
            return true;
        });
    }
}
