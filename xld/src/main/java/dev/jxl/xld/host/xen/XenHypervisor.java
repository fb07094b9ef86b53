package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xenctrl.CpuPolicyCalls;
import dev.jxl.xenctrl.DomainInfo;
import dev.jxl.xenctrl.HvmParam;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.CpuPolicy;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Hypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Xen's calls about domains, by libxenctrl. */
final class XenHypervisor implements Hypervisor {
    private static final int KIB_PER_PAGE = 4;
    private static final int TRIGGER_NMI = 0;
    /** SHUTDOWN_reboot. @source xen/include/public/sched.h */
    private static final int REASON_REBOOT = 1;

    private static final int TRIGGER_POWER = 3;
    private static final int TRIGGER_SLEEP = 4;

    /** XEN_X86_EMU_PM: the registers of the power button. @source xen/include/public/arch-x86/xen.h */
    private static final int EMULATE_PM = 1 << 2;

    /** Xen counts in 32 bits; all ones is dom0 without a limit. */
    private static final long UNLIMITED_PAGES = 0xffff_ffffL;

    private final XenControl xen;
    private final KernelLane lane;

    XenHypervisor(XenControl xen, KernelLane lane) {
        this.xen = xen;
        this.lane = lane;
    }

    @Override
    public String log(boolean clear) {
        return XenErrors.asking("reading Xen's log", () -> xen.consoleRing(clear));
    }

    @Override
    public void sendDebugKeys(String keys) {
        XenErrors.asking("sending debug keys", () -> {
            xen.sendDebugKeys(keys);
            return true;
        });
    }

    @Override
    public void changeParameter(String name, String value) {
        XenErrors.asking("setting Xen's parameter '" + name + "' to '" + value + "'", () -> {
            xen.changeParameter(name, value);
            return true;
        });
    }

    @Override
    public long dom0UptimeSeconds() {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/uptime")).split("\\.", 2)[0]);
        } catch (IOException | NumberFormatException e) {
            throw new ToolstackException.HostUnavailable("/proc/uptime cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public List<DomainFacts> listDomains() {
        return XenErrors.asking("listing the domains", xen::listDomains).stream()
                .map(XenHypervisor::facts)
                .toList();
    }

    @Override
    public CpuPolicy cpuPolicy(DomainId domain) {
        return policy(XenErrors.asking(
                "asking for the CPU of", domain, () -> xen.cpuPolicies().ofDomain(domain.value())));
    }

    @Override
    public CpuPolicy mostCpuPolicy(GuestType type) {
        return policy(XenErrors.asking(
                "asking what CPUs guests can have here", () -> xen.cpuPolicies().most(type != GuestType.PV)));
    }

    private static CpuPolicy policy(CpuPolicyCalls.Policy policy) {
        return new CpuPolicy(
                policy.leaves().stream()
                        .map(l -> new CpuPolicy.Leaf(l.leaf(), l.subleaf(), l.eax(), l.ebx(), l.ecx(), l.edx()))
                        .toList(),
                policy.msrs().stream()
                        .map(m -> new CpuPolicy.Msr(m.index(), m.value()))
                        .toList());
    }

    @Override
    public List<String> listHolders(DomainId domain) {
        return lane.call(() -> new PageHolders(Path.of("/sys"), Path.of("/proc")).find(domain));
    }

    @Override
    public boolean isPortBound(DomainId domain, int port, DomainId by) {
        try {
            return XenErrors.asking(
                    "looking at the event channels of",
                    domain,
                    () -> xen.isPortBoundBy(domain.value(), port, by.value()));
        } catch (ToolstackException.DomainNotFound gone) {
            return false;
        }
    }

    @Override
    public Optional<DomainFacts> find(DomainId domain) {
        return findInfo(domain).map(XenHypervisor::facts);
    }

    private Optional<DomainInfo> findInfo(DomainId domain) {
        return XenErrors.asking("looking at", domain, () -> xen.findDomain(domain.value()));
    }

    private DomainInfo requireInfo(DomainId domain) {
        return findInfo(domain).orElseThrow(() -> new ToolstackException.DomainNotFound(domain.toString()));
    }

    /** What Xen says, in jxl's words. */
    static DomainFacts facts(DomainInfo info) {
        boolean unlimited = info.maxPages() < 0 || info.maxPages() >= UNLIMITED_PAGES;
        return new DomainFacts(
                new DomainId(info.domid()),
                new DomainUuid(info.handle()),
                new DomainFacts.Flags(
                        info.dying(), info.hvm(), info.shutdown(), info.paused(), info.blocked(), info.running()),
                info.shutdownReason().isPresent()
                        ? Optional.of(DomainFacts.ShutdownReason.of(
                                info.shutdownReason().getAsInt()))
                        : Optional.empty(),
                info.totalPages() * KIB_PER_PAGE,
                unlimited ? Long.MAX_VALUE : info.maxPages() * KIB_PER_PAGE,
                info.outstandingPages() * KIB_PER_PAGE,
                info.cpuTimeNs(),
                info.onlineVcpus(),
                info.maxVcpuId() + 1,
                info.cpupoolId());
    }

    @Override
    public MemoryFacts memory() {
        PhysInfo host = XenErrors.asking("asking for the host's memory", xen::physInfo);
        return new MemoryFacts(
                host.totalPages() * KIB_PER_PAGE,
                (host.freePages() + host.scrubPages()) * KIB_PER_PAGE,
                host.outstandingPages() * KIB_PER_PAGE);
    }

    @Override
    public void pause(DomainId domain) {
        XenErrors.having("pausing", domain, () -> xen.pauseDomain(domain.value()));
    }

    @Override
    public void unpause(DomainId domain) {
        XenErrors.having("unpausing", domain, () -> xen.unpauseDomain(domain.value()));
    }

    @Override
    public void resume(DomainId domain) {
        XenErrors.having("resuming", domain, () -> xen.resumeDomain(domain.value(), true));
    }

    @Override
    public void softReset(DomainId domain) {
        XenErrors.having("resetting", domain, () -> xen.softReset(domain.value()));
    }

    @Override
    public void changeUuid(DomainId domain, DomainUuid uuid) {
        XenErrors.having("giving another UUID to", domain, () -> xen.changeHandle(domain.value(), uuid.value()));
    }

    @Override
    public void destroy(DomainId domain) {
        if (domain.equals(DomainId.DOM0)) {
            throw new ToolstackException.WrongState("domain 0 is the host itself: it cannot be destroyed");
        }
        XenErrors.having("destroying", domain, () -> xen.destroyDomain(domain.value()));
    }

    /** @source tools/libs/light/libxl_x86.c, libxl_domain.c: libxl__domain_pvcontrol_available */
    @Override
    public boolean hasPvDrivers(DomainId domain) {
        return !requireInfo(domain).hvm()
                || XenErrors.asking(
                                "reading HVM_PARAM_CALLBACK_IRQ of",
                                domain,
                                () -> xen.readHvmParam(domain.value(), HvmParam.CALLBACK_IRQ))
                        != 0;
    }

    @Override
    public void trigger(DomainId domain, Trigger trigger, int vcpu) {
        if (trigger == Trigger.RESET) {
            XenErrors.having("resetting", domain, () -> xen.shutdownDomain(domain.value(), REASON_REBOOT));
            return;
        }
        int number = switch (trigger) {
            case NMI -> TRIGGER_NMI;
            case POWER -> TRIGGER_POWER;
            default -> TRIGGER_SLEEP;
        };
        DomainInfo info = requireInfo(domain);
        if (trigger != Trigger.NMI) {
            requireButtons(domain, info, trigger == Trigger.POWER ? "power" : "sleep");
        }
        XenErrors.having(
                "triggering " + trigger.name().toLowerCase(Locale.ROOT) + " of",
                domain,
                () -> xen.sendTrigger(domain.value(), number, vcpu));
    }

    // Xen takes the trigger of a guest that has no such button, and nothing happens: the user would wait for nothing.
    private static void requireButtons(DomainId domain, DomainInfo info, String button) {
        if (!info.hvm() || (info.emulationFlags() & EMULATE_PM) == 0) {
            throw new ToolstackException.WrongState("domain " + domain + " is " + (info.hvm() ? "PVH" : "PV")
                    + " and has no " + button + " button: shut it down from inside, or destroy it");
        }
    }
}
