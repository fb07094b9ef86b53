package dev.jxl.xld.host.xen;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.xenctrl.BuildPhase;
import dev.jxl.xenctrl.BuiltGuest;
import dev.jxl.xenctrl.CreateDomain;
import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.GuestBuildCalls;
import dev.jxl.xenctrl.GuestImage;
import dev.jxl.xenctrl.HvmParam;
import dev.jxl.xenctrl.PhysInfo;
import dev.jxl.xenctrl.VirtualNuma;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.GuestBuilder;
import dev.jxl.xld.host.xen.acpi.PvhAcpi;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Makes and fills PV and PVH domains with the calls, arguments and order of libxl.
 *
 * <p>Unlike libxl, nothing keeps a domid from being used again within a minute: Xen gives numbers out in rising order, so
 * that one comes back only after 32751 others.
 */
final class XenGuestBuilder implements GuestBuilder {
    private static final int KIB_PER_PAGE = 4;
    private static final long KIB = 1024;

    /** Beside the guest's memory, for the rings of old protocols. @source libxl_internal.h: LIBXL_MAXMEM_CONSTANT */
    private static final long MAX_MEMORY_EXTRA_KIB = 1024;

    /** No delay for missed ticks. @source libxl_types.idl: timer_mode; libxl_create.c: its default */
    private static final int TIMER_MODE = 1;

    private final XenControl xen;
    private final StoreAccess store;
    private final KernelCache kernels;

    XenGuestBuilder(XenControl xen, StoreAccess store, KernelCache kernels) {
        this.xen = xen;
        this.store = store;
        this.kernels = kernels;
    }

    @Override
    public DomainId createShell(DomainSpec spec, DomainUuid uuid) {
        PhysInfo host = XenErrors.asking("asking for the host's abilities", xen::physInfo);
        ShellRequest.requireAbilities(spec, host);
        CreateDomain request = ShellRequest.of(spec, uuid, host, poolId(spec));
        try {
            return new DomainId(xen.createDomain(request));
        } catch (XenControlException.HypercallFailed e) {
            if (e.errno() == Errno.ENOMEM) {
                throw notEnoughMemory(spec, e);
            }
            throw new ToolstackException.HypercallRefused(
                    "Xen refused to make domain '" + spec.name() + "': " + e.getMessage(), e);
        } catch (XenControlException e) {
            throw XenErrors.about("making", DomainId.DOM0, e);
        }
    }

    private int poolId(DomainSpec spec) {
        if (spec.pool().isEmpty()) {
            return 0;
        }
        String wanted = spec.pool().get();
        return XenErrors.asking("listing the cpupools", () -> xen.cpuPools().list()).stream()
                .filter(pool -> wanted.equals(Integer.toString(pool.id()))
                        || store.find("/local/pool/" + pool.id() + "/name").equals(Optional.of(wanted)))
                .findFirst()
                .orElseThrow(() -> new ToolstackException.HostUnsupported(
                        "domain '" + spec.name() + "': there is no cpupool '" + wanted + "' on this host"))
                .id();
    }

    @Override
    public Channels prepare(DomainId domain, DomainSpec spec, DomainId storeDomain, DomainId consoleDomain) {
        int domid = domain.value();
        return XenErrors.asking("preparing", domain, () -> {
            xen.allocateVcpus(domid, spec.maxVcpus());
            xen.limitMemory(domid, spec.memory().kib() + MAX_MEMORY_EXTRA_KIB);
            int storePort = xen.allocateUnboundPort(domid, storeDomain.value());
            int consolePort = xen.allocateUnboundPort(domid, consoleDomain.value());
            if (spec.type() == GuestType.PV) {
                xen.limitMemoryMap(domid, spec.maxMemory().kib());
            } else {
                prepareContainer(domid, spec);
            }
            xen.chooseTscMode(domid, tscMode(spec));
            if (spec.type() != GuestType.PV) {
                sizePagingPool(domid, spec);
            }
            xen.applyCpuidPolicy(domid, CpuPolicies.of(spec));
            return new Channels(storePort, consolePort);
        });
    }

    /** @source tools/libs/light/libxl_x86.c: hvm_set_conf_params */
    private void prepareContainer(int domid, DomainSpec spec) {
        if (spec.type() == GuestType.HVM) {
            xen.writeHvmParam(domid, HvmParam.HPET_ENABLED, 1);
            xen.writeHvmParam(domid, HvmParam.VPT_ALIGN, 1);
        }
        xen.writeHvmParam(domid, HvmParam.TIMER_MODE, TIMER_MODE);
    }

    private void sizePagingPool(int domid, DomainSpec spec) {
        boolean hap = xen.findDomain(domid).map(info -> info.hap()).orElse(true);
        long kib = ShellRequest.pagingKib(spec, hap);
        try {
            xen.sizePagingPool(domid, kib * KIB);
        } catch (XenControlException.HypercallFailed e) {
            if (e.errno() == Errno.ENOMEM) {
                throw notEnoughMemory(spec, e);
            }
            throw e;
        }
    }

    private static int tscMode(DomainSpec spec) {
        return switch (spec.tscMode()) {
            case DEFAULT -> 0;
            case ALWAYS_EMULATE -> 1;
            case NATIVE -> 2;
            case NATIVE_PARAVIRT ->
                throw new ToolstackException.HostUnsupported("domain '" + spec.name()
                        + "': tsc_mode=\"native_paravirt\" is no longer in Xen; use \"native\" or \"default\"");
        };
    }

    @Override
    public Built build(
            DomainId domain,
            DomainSpec spec,
            DirectBoot boot,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            Progress progress) {
        KernelCache.Kernel kernel = kernels.look(boot.kernel());
        GuestImage.Container container = container(spec);
        Optional<VirtualNuma> numa = numa(spec, container);
        GuestImage image = new GuestImage(
                domain.value(),
                kernel.toLoad(),
                boot.ramdisk().map(GuestImage.BootModule::new).map(List::of).orElse(List.of()),
                boot.commandLine(),
                spec.type() == GuestType.PV
                        ? spec.memory().kib()
                        : spec.maxMemory().kib(),
                spec.maxVcpus(),
                true,
                new GuestImage.Channels(
                        channels.store(), storeDomain.value(), channels.console(), consoleDomain.value()),
                container,
                numa);
        try {
            numa.ifPresent(topology -> xen.describeNuma(domain.value(), topology));
            BuiltGuest built = xen.buildGuest(image, new GuestBuildCalls.BuildWatcher() {
                @Override
                public void starting(BuildPhase phase) {
                    progress.phase(phase.words());
                }

                @Override
                public void unpacked(ByteBuffer elf) {
                    kernel.keep(elf);
                }
            });
            return new Built(built.storeGfn(), built.consoleGfn());
        } catch (XenControlException.BuildFailed e) {
            if (e.errno() == Errno.ENOMEM) {
                throw notEnoughMemory(spec, e);
            }
            String message = String.valueOf(e.getMessage());
            throw new ToolstackException.BuildFailed(
                    "building domain '" + spec.name() + "'",
                    message.substring(message.indexOf(": ") + 2) + BuildHints.of(spec, e, message),
                    e);
        } catch (XenControlException e) {
            throw XenErrors.about("building", domain, e);
        }
    }

    private static Optional<VirtualNuma> numa(DomainSpec spec, GuestImage.Container container) {
        return switch (container) {
            case GuestImage.Pv _ -> Optional.empty();
            case GuestImage.Pvh pvh -> VnumaLayout.of(spec, pvh.layout(), 0);
            case GuestImage.Hvm hvm -> VnumaLayout.of(spec, hvm.layout(), 0);
        };
    }

    private static GuestImage.Container container(DomainSpec spec) {
        return switch (spec.type()) {
            case PV -> new GuestImage.Pv("");
            case PVH ->
                new GuestImage.Pvh(
                        GuestImage.Layout.pvh(
                                spec.maxMemory().kib(), spec.memory().kib()),
                        PvhAcpi.tables(spec.maxVcpus(), spec.vcpus()));
            case HVM ->
                throw new ToolstackException.HostUnsupported("domain '" + spec.name()
                        + "': HVM guests are not built yet; type=\"pvh\" runs the same kernels without a device model");
        };
    }

    private ToolstackException notEnoughMemory(DomainSpec spec, XenControlException cause) {
        PhysInfo host = XenErrors.asking("asking for the host's memory", xen::physInfo);
        long freeKib = (host.freePages() + host.scrubPages() - host.outstandingPages()) * KIB_PER_PAGE;
        ToolstackException failure = new ToolstackException.NotEnoughMemory(
                spec.name(), spec.memory().kib(), spec.maxMemory().kib(), freeKib);
        failure.addSuppressed(cause);
        return failure;
    }
}
