package dev.jxl.xld.host.sim;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.IoSpec;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.GuestBuilder;
import dev.jxl.xld.host.HostFiles;
import dev.jxl.xld.host.HostFiles.KernelKind;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The port that makes simulated domains; fails where Xen and its libraries would. */
final class SimGuestBuilder implements GuestBuilder {
    /** What a domain may have above its memory: xl's slack. */
    private static final long SLACK_KIB = 1024;

    /** Where a PV guest's first machine frame is pretended to be. */
    private static final long PV_FRAMES = 0x200000L;

    private static final long PVH_STORE_GFN = 0xfeffcL;
    private static final long PVH_CONSOLE_GFN = 0xfefffL;
    private final Incarnation life;
    private final SimXen xen;
    private final SimFiles files;
    private final ToIntFunction<DomainSpec> poolOf;

    SimGuestBuilder(Incarnation life, SimXen xen, SimFiles files, ToIntFunction<DomainSpec> poolOf) {
        this.life = life;
        this.xen = xen;
        this.files = files;
        this.poolOf = poolOf;
    }

    @Override
    public DomainId createShell(DomainSpec spec, DomainUuid uuid, Optional<DomainId> wanted) {
        return life.call(
                "guestBuilder.createShell " + spec.name(),
                () -> xen.create(spec, uuid, wanted, poolOf.applyAsInt(spec)).id);
    }

    @Override
    public Channels prepare(
            DomainId domain, DomainSpec spec, DomainId storeDomain, DomainId consoleDomain, boolean restored) {
        return life.call("guestBuilder.prepare " + domain, () -> {
            SimDomain shell = xen.require(domain);
            Channels channels = new Channels(shell.allocatePort(), shell.allocatePort());
            shell.prepare(channels.store(), channels.console(), spec.memory().kib() + SLACK_KIB);
            return channels;
        });
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
        return life.call("guestBuilder.build " + domain, () -> build(xen.require(domain), spec, boot, progress));
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
        DirectBoot loader = new DirectBoot(
                firmware.loader(),
                Optional.empty(),
                spec.boot().map(DirectBoot::commandLine).orElse(""));
        return life.call("guestBuilder.buildHvm " + domain, () -> build(xen.require(domain), spec, loader, progress));
    }

    private Built build(SimDomain domain, DomainSpec spec, DirectBoot boot, Progress progress) {
        if (!domain.prepared()) {
            throw new ToolstackException.BuildFailed("starting the builder", "the domain has no vCPUs", null);
        }
        phase(progress, "reading the kernel");
        requireKernel(boot.kernel());
        boot.ramdisk().ifPresent(this::requireFile);
        phase(progress, "claiming memory");
        xen.claim(domain, spec.memory().kib());
        try {
            phase(progress, "giving memory");
            domain.setMemory(spec.memory().kib(), 0);
            phase(progress, "loading the kernel");
            phase(progress, "setting the first vCPU's registers");
        } catch (Throwable stopped) {
            domain.setMemory(domain.usedKib(), 0);
            throw stopped;
        }
        Built built = spec.type() == GuestType.PV
                ? new Built(PV_FRAMES + domain.id.value() * 16L, PV_FRAMES + domain.id.value() * 16L + 1)
                : new Built(PVH_STORE_GFN, PVH_CONSOLE_GFN);
        domain.setBuilt(boot, built.storeGfn(), built.consoleGfn());
        xen.startIfRunnable(domain);
        return built;
    }

    @Override
    public Built keep(DomainId domain, Channels channels) {
        return life.call(
                "guestBuilder.keep " + domain, () -> xen.require(domain).rings());
    }

    @Override
    public void permit(DomainId domain, IoSpec io) {
        life.perform("guestBuilder.permit " + domain, () -> xen.require(domain));
    }

    /** Each phase is a point at which jxld can be killed or cancelled, so it counts as a call. */
    private void phase(Progress progress, String words) {
        life.perform("guestBuilder.phase " + words, () -> progress.phase(words));
    }

    private void requireKernel(Path kernel) {
        KernelKind kind = files.inspectKernel(kernel);
        if (kind != KernelKind.KERNEL && kind != KernelKind.COMPRESSED) {
            throw new ToolstackException.BuildFailed(
                    "reading the kernel",
                    kernel + (kind == KernelKind.MISSING ? " does not exist" : " is not a kernel that Xen can load"),
                    null);
        }
    }

    private void requireFile(Path ramdisk) {
        if (files.inspect(ramdisk) != HostFiles.PathKind.FILE) {
            throw new ToolstackException.BuildFailed("reading the ramdisk", ramdisk + " is not a file", null);
        }
    }
}
