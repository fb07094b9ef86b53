package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.PassthroughMode;
import dev.jxl.xenctrl.CreateDomain;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xld.api.ToolstackException.HostUnsupported;
import dev.jxl.xld.host.xen.acpi.PvhAcpi;
import java.util.Locale;
import java.util.Optional;

/**
 * What xl would ask Xen for, from what the user asks for and what the host has. Pure.
 *
 * @source tools/libs/light/libxl_create.c: libxl__domain_make, libxl__domain_config_setdefault; libxl_x86.c:
 *     libxl__arch_domain_prepare_config
 */
final class ShellRequest {
    /**
     * The label of a guest that names none: the twelfth of Flask's first labels. Without Flask Xen does not look at it.
     *
     * @source xen/xsm/flask/policy/initial_sids: domU; libxl_create.c: libxl__domain_create_info_setdefault
     */
    static final int LABEL_DOMU = 12;

    private static final int XEN_DEFAULT = -1;

    private ShellRequest() {}

    /** The request for a domain of whatever number. */
    static CreateDomain of(DomainSpec spec, DomainUuid uuid, PhysInfo host, int poolId) {
        return of(spec, uuid, Optional.empty(), host, poolId);
    }

    /**
     * The request.
     *
     * @param wanted the number that it is to have; Xen refuses one that is taken
     * @source xen/common/domctl.c: do_domctl (XEN_DOMCTL_createdomain)
     */
    static CreateDomain of(DomainSpec spec, DomainUuid uuid, Optional<DomainId> wanted, PhysInfo host, int poolId) {
        return new CreateDomain(
                wanted.map(DomainId::value).orElse(CreateDomain.ANY_DOMID),
                uuid.value(),
                flags(spec, host),
                spec.devices().wantsIommu() && !sharesPageTables(spec, host) ? CreateDomain.IOMMU_NO_SHAREPT : 0,
                spec.maxVcpus(),
                spec.maxEventChannels(),
                spec.maxGrantFrames().orElse(XEN_DEFAULT),
                spec.maxMaptrackFrames().orElse(XEN_DEFAULT),
                spec.maxGrantVersion().orElseGet(() -> grantVersion(host)),
                poolId,
                LABEL_DOMU,
                switch (spec.type()) {
                    case PV -> 0;
                    case PVH -> CreateDomain.EMULATE_LAPIC;
                    case HVM -> CreateDomain.EMULATE_HVM;
                },
                spec.cpu().msrRelaxed().orElse(false) ? CreateDomain.MISC_MSR_RELAXED : 0);
    }

    private static int flags(DomainSpec spec, PhysInfo host) {
        int ofAll = (spec.devices().wantsIommu() ? CreateDomain.FLAG_IOMMU : 0)
                | (spec.cpu().vpmu().orElse(false) ? CreateDomain.FLAG_VPMU : 0);
        if (spec.type() == GuestType.PV) {
            return ofAll;
        }
        return ofAll
                | CreateDomain.FLAG_HVM
                | (hap(spec, host) ? CreateDomain.FLAG_HAP : 0)
                | (spec.nestedVirt() ? CreateDomain.FLAG_NESTED_VIRT : 0);
    }

    /** @source tools/libs/light/libxl_x86.c: libxl__arch_passthrough_mode_setdefault */
    private static boolean sharesPageTables(DomainSpec spec, PhysInfo host) {
        return spec.devices().passthrough() != PassthroughMode.SYNC_PT && canSharePageTables(spec, host);
    }

    private static boolean canSharePageTables(DomainSpec spec, PhysInfo host) {
        return spec.type() != GuestType.PV && hap(spec, host) && host.can(PhysInfo.CAP_IOMMU_HAP_PT_SHARE);
    }

    /** Whether a PVH or HVM guest gets hardware-assisted paging. */
    static boolean hap(DomainSpec spec, PhysInfo host) {
        return spec.hap().orElse(host.can(PhysInfo.CAP_HAP));
    }

    private static int grantVersion(PhysInfo host) {
        return host.can(PhysInfo.CAP_GNTTAB_V2) ? 2 : host.can(PhysInfo.CAP_GNTTAB_V1) ? 1 : 0;
    }

    /**
     * Memory for Xen's tables of a PVH or HVM guest.
     *
     * @source tools/libs/light/libxl_create.c: libxl__get_required_paging_memory
     */
    static long pagingKib(DomainSpec spec, boolean hap) {
        long perMib = hap ? 1 : 2;
        return spec.paging().isPresent()
                ? spec.paging().get().kib()
                : 4L * (256L * spec.maxVcpus() + perMib * (spec.maxMemory().kib() / 1024));
    }

    /**
     * Refuses what this host cannot do, before a domain is made.
     *
     * @throws HostUnsupported with what is missing
     */
    static void requireAbilities(DomainSpec spec, PhysInfo host) {
        require(
                spec,
                !spec.cpu().vpmu().orElse(false) || host.can(PhysInfo.CAP_VPMU),
                "vpmu=1 is set, and Xen has no virtual performance counters: start it with 'vpmu=1', on a CPU that has them");
        if (spec.type() == GuestType.PV) {
            require(
                    spec,
                    host.can(PhysInfo.CAP_PV),
                    "this Xen is built or started without PV guests; try type=\"pvh\"");
            requireIommu(spec, host);
            return;
        }
        require(
                spec,
                host.can(PhysInfo.CAP_HVM),
                "the CPU has no virtualisation (VT-x or AMD-V), or the firmware has it switched off; try type=\"pv\"");
        require(
                spec,
                !hap(spec, host) || host.can(PhysInfo.CAP_HAP),
                "hap=1 is set, but the host has no hardware assisted paging (EPT or NPT)");
        require(
                spec,
                hap(spec, host) || host.can(PhysInfo.CAP_SHADOW),
                "neither hardware assisted paging nor shadow paging is available"
                        + (spec.hap().isPresent() ? " with hap=0" : ""));
        require(
                spec,
                spec.maxVcpus() <= PvhAcpi.MAX_VCPUS,
                "maxvcpus=" + spec.maxVcpus() + " is more than the " + PvhAcpi.MAX_VCPUS + " that Xen gives a "
                        + spec.type().name().toUpperCase(Locale.ROOT) + " guest");
        requireIommu(spec, host);
    }

    private static void requireIommu(DomainSpec spec, PhysInfo host) {
        require(
                spec,
                !spec.devices().wantsIommu() || host.can(PhysInfo.CAP_DIRECTIO),
                "it is to have devices of the host, and Xen has no IOMMU (VT-d or AMD-Vi), or the firmware or Xen's"
                        + " command line has it switched off");
        require(
                spec,
                spec.devices().passthrough() != PassthroughMode.SHARE_PT || canSharePageTables(spec, host),
                "passthrough=\"share_pt\" needs an HVM guest with hap, and an IOMMU that can use the CPU's page tables;"
                        + " try passthrough=\"enabled\"");
    }

    private static void require(DomainSpec spec, boolean there, String otherwise) {
        if (!there) {
            throw new HostUnsupported("domain '" + spec.name() + "' cannot be made on this host: " + otherwise);
        }
    }
}
