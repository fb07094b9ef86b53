package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.xenctrl.DomainInfo;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xld.host.DomainMemory;
import java.util.List;

/** Domains' memory, by libxenctrl. */
final class XenDomainMemory implements DomainMemory {
    private static final int KIB_PER_PAGE = 4;

    private final XenControl xen;

    XenDomainMemory(XenControl xen) {
        this.xen = xen;
    }

    @Override
    public List<Use> list() {
        return XenErrors.asking("listing the domains' memory", xen::listDomains).stream()
                .map(XenDomainMemory::use)
                .toList();
    }

    private static Use use(DomainInfo info) {
        return new Use(
                new DomainId(info.domid()),
                info.totalPages() * KIB_PER_PAGE,
                info.outstandingPages() * KIB_PER_PAGE,
                info.sharedPages() * KIB_PER_PAGE,
                XenHypervisor.facts(info).maxMemoryKib());
    }

    @Override
    public void limit(DomainId domain, long kib) {
        XenErrors.having("limiting the memory of", domain, () -> xen.limitMemory(domain.value(), kib));
    }

    @Override
    public void populate(DomainId domain, long kib) {
        XenErrors.having(
                "changing how much memory is real in",
                domain,
                () -> xen.targetPopulateOnDemand(domain.value(), kib / KIB_PER_PAGE));
    }
}
