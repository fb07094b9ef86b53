package dev.jxl.xld.host.xen;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.IoSpec;
import dev.jxl.xenctrl.Blob;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes and fills PV and PVH domains with the calls, arguments and order of libxl.
 *
 * <p>Unlike libxl, nothing keeps a domid from being used again within a minute: Xen gives numbers out in rising order, so
 * that one comes back only after 32751 others.
 */
final class XenGuestBuilder implements GuestBuilder {
    private static final int KIB_PER_PAGE = 4;
    private static final long KIB = 1024;
    private static final long LARGEST_FIRMWARE = 16 << 20;

    /** Beside the guest's memory, for the rings of old protocols. @source libxl_internal.h: LIBXL_MAXMEM_CONSTANT */
    private static final long MAX_MEMORY_EXTRA_KIB = 1024;

    private final XenControl xen;
    private final StoreAccess store;
    private final KernelCache kernels;
    private final Supplier<Optional<Path>> shim;

    /** @param shim the PV shim of this host, looked for when a guest wants it */
    XenGuestBuilder(XenControl xen, StoreAccess store, KernelCache kernels, Supplier<Optional<Path>> shim) {
        this.xen = xen;
        this.store = store;
        this.kernels = kernels;
        this.shim = shim;
    }

    @Override
    public DomainId createShell(DomainSpec spec, DomainUuid uuid, Optional<DomainId> wanted) {
        PhysInfo host = XenErrors.asking("asking for the host's abilities", xen::physInfo);
        ShellRequest.requireAbilities(spec, host);
        CreateDomain request = ShellRequest.of(spec, uuid, wanted, host, poolId(spec));
        try {
            return new DomainId(xen.createDomain(request));
        } catch (XenControlException.HypercallFailed e) {
            if (e.errno() == Errno.ENOMEM) {
                throw notEnoughMemory(spec, e);
            }
            String number = wanted.map(w -> " as number " + w + " (has another domain got that number?)")
                    .orElse("");
            throw new ToolstackException.HypercallRefused(
                    "Xen refused to make domain '" + spec.name() + "'" + number + ": " + e.getMessage(), e);
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
    public Channels prepare(
            DomainId domain, DomainSpec spec, DomainId storeDomain, DomainId consoleDomain, boolean restored) {
        int domid = domain.value();
        return XenErrors.asking("preparing", domain, () -> {
            xen.allocateVcpus(domid, spec.maxVcpus());
            xen.limitMemory(domid, spec.memory().kib() + MAX_MEMORY_EXTRA_KIB);
            int storePort = xen.allocateUnboundPort(domid, storeDomain.value());
            int consolePort = xen.allocateUnboundPort(domid, consoleDomain.value());
            if (spec.type() == GuestType.PV) {
                xen.limitMemoryMap(domid, spec.maxMemory().kib());
                if (spec.e820Host()) {
                    xen.showMemoryMap(domid, HostMemoryMap.of(spec, xen.machineMemoryMap()));
                }
            } else {
                HvmSettings.apply(xen, domid, spec);
            }
            xen.chooseTscMode(domid, tscMode(spec));
            long offset = clockOffset(spec);
            if (offset != 0) {
                xen.shiftClock(domid, (int) offset);
            }
            if (spec.type() != GuestType.PV) {
                sizePagingPool(domid, spec);
            }
            if (!restored) {
                xen.applyCpuidPolicy(domid, CpuPolicies.of(spec));
            }
            return new Channels(storePort, consolePort);
        });
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

    /** @source tools/libs/light/libxl_x86.c: libxl__arch_domain_create */
    private static long clockOffset(DomainSpec spec) {
        ZoneOffset zone = ZoneId.systemDefault().getRules().getOffset(Instant.now());
        return spec.clock().rtcOffsetSeconds() + (spec.clock().localtime() ? zone.getTotalSeconds() : 0);
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
        boolean shimmed = spec.shim().enabled();
        KernelCache.Kernel kernel = kernels.look(shimmed ? shimOf(spec) : boot.kernel());
        GuestImage.Container container = container(spec);
        List<GuestImage.BootModule> modules = new ArrayList<>();
        if (shimmed) {
            modules.add(new GuestImage.BootModule(boot.kernel(), boot.commandLine()));
        }
        boot.ramdisk().map(GuestImage.BootModule::new).ifPresent(modules::add);
        GuestImage image = new GuestImage(
                domain.value(),
                kernel.toLoad(),
                modules,
                shimmed ? shimArguments(spec) : boot.commandLine(),
                spec.type() == GuestType.PV
                        ? spec.memory().kib()
                        : spec.maxMemory().kib(),
                spec.maxVcpus(),
                true,
                new GuestImage.Channels(
                        channels.store(), storeDomain.value(), channels.console(), consoleDomain.value()),
                container,
                numa(spec, container, 0));
        return build(domain, spec, image, progress, kernel::keep);
    }

    private Path shimOf(DomainSpec spec) {
        return spec.shim()
                .path()
                .or(shim)
                .orElseThrow(() -> new ToolstackException.HostUnsupported(
                        "domain '" + spec.name() + "': this host has no PV shim (xen-shim) any more"));
    }

    /** @source tools/libs/light/libxl_internal.h: PVSHIM_CMDLINE */
    private static String shimArguments(DomainSpec spec) {
        return spec.shim().commandLine().orElse("pv-shim console=xen,pv")
                + spec.shim().extra().map(extra -> " " + extra).orElse("");
    }

    @Override
    public Built buildHvm(
            DomainId domain,
            DomainSpec spec,
            Firmware firmware,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            Progress progress) {
        long videoKib = spec.graphics().cardKib();
        long memoryKib = spec.maxMemory().kib() - videoKib;
        GuestImage.Container hvm = new GuestImage.Hvm(
                GuestImage.Layout.hvm(
                        memoryKib,
                        spec.memory().kib() - videoKib,
                        spec.platform().mmioHole().map(hole -> hole.kib()).orElse(0L)),
                spec.platform().apic().orElse(true),
                spec.vcpus(),
                read(firmware.image()),
                firmware.acpi().map(XenGuestBuilder::read).orElse(Blob.EMPTY),
                firmware.smbios().map(XenGuestBuilder::read).orElse(Blob.EMPTY));
        GuestImage image = new GuestImage(
                domain.value(),
                firmware.loader(),
                List.of(),
                spec.boot().map(DirectBoot::commandLine).orElse(""),
                memoryKib,
                spec.maxVcpus(),
                true,
                new GuestImage.Channels(
                        channels.store(), storeDomain.value(), channels.console(), consoleDomain.value()),
                hvm,
                numa(spec, hvm, videoKib));
        return build(domain, spec, image, progress, elf -> {});
    }

    private static Blob read(Path firmware) {
        try {
            if (Files.size(firmware) > LARGEST_FIRMWARE) {
                throw new IOException("it is larger than " + LARGEST_FIRMWARE + " bytes");
            }
            return Blob.of(Files.readAllBytes(firmware));
        } catch (IOException e) {
            throw new ToolstackException.BuildFailed("reading the firmware " + firmware, e.toString(), e);
        }
    }

    private Built build(
            DomainId domain, DomainSpec spec, GuestImage image, Progress progress, Consumer<ByteBuffer> unpacked) {
        try {
            image.numa().ifPresent(topology -> xen.describeNuma(domain.value(), topology));
            BuiltGuest built = xen.buildGuest(image, new GuestBuildCalls.BuildWatcher() {
                @Override
                public void starting(BuildPhase phase) {
                    progress.phase(phase.words());
                }

                @Override
                public void unpacked(ByteBuffer elf) {
                    unpacked.accept(elf);
                }
            });
            return new Built(
                    built.storeGfn(),
                    built.consoleGfn(),
                    built.acpiFirmware().map(XenGuestBuilder::placed),
                    built.smbiosFirmware().map(XenGuestBuilder::placed));
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

    /** libxl leaves the ports as they were: the first ones that Xen gives out are those. */
    @Override
    public Built keep(DomainId domain, Channels channels) {
        int domid = domain.value();
        return XenErrors.asking("looking for the rings of", domain, () -> {
            long storeGfn = xen.readHvmParam(domid, HvmParam.STORE_PFN);
            long consoleGfn = xen.readHvmParam(domid, HvmParam.CONSOLE_PFN);
            if (storeGfn == 0 || consoleGfn == 0) {
                throw new ToolstackException.BuildFailed(
                        "looking for the rings of domain " + domain, "it has none of xenstore or of its console", null);
            }
            xen.writeHvmParam(domid, HvmParam.STORE_EVTCHN, channels.store());
            xen.writeHvmParam(domid, HvmParam.CONSOLE_EVTCHN, channels.console());
            return new Built(storeGfn, consoleGfn);
        });
    }

    @Override
    public void permit(DomainId domain, IoSpec io) {
        new IoPermissions(xen, domain).grant(io);
    }

    private static PlacedFirmware placed(BuiltGuest.PlacedFirmware firmware) {
        return new PlacedFirmware(firmware.address(), firmware.length());
    }

    private static Optional<VirtualNuma> numa(DomainSpec spec, GuestImage.Container container, long videoKib) {
        return switch (container) {
            case GuestImage.Pv _ -> Optional.empty();
            case GuestImage.Pvh pvh -> VnumaLayout.of(spec, pvh.layout(), videoKib);
            case GuestImage.Hvm hvm -> VnumaLayout.of(spec, hvm.layout(), videoKib);
        };
    }

    private static GuestImage.Container container(DomainSpec spec) {
        return switch (spec.type()) {
            case PV -> new GuestImage.Pv("");
            case PVH -> {
                GuestImage.Layout layout = GuestImage.Layout.pvh(
                        spec.maxMemory().kib(), spec.memory().kib());
                yield new GuestImage.Pvh(
                        layout,
                        spec.platform().acpi().orElse(true)
                                ? PvhAcpi.tables(spec.maxVcpus(), spec.vcpus(), VnumaLayout.of(spec, layout, 0))
                                : GuestImage.AcpiTables.NONE);
            }
            case HVM -> throw new IllegalArgumentException("an HVM guest is built from firmware");
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
