package dev.jxl.xld.plan;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.HostFiles.KernelKind;
import dev.jxl.xld.host.HostFiles.PathKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides how a domain is made, and refuses what cannot work before anything is done. */
public final class Planner {
    /** Beside its memory, what Xen needs for a domain itself, in KiB. */
    private static final long DOMAIN_OVERHEAD_KIB = 2048;

    private Planner() {}

    /**
     * Memory that Xen needs for its tables of the guest.
     *
     * @source tools/libs/light/libxl_utils.c: libxl__get_required_paging_memory
     */
    public static long pagingKib(DomainSpec spec) {
        if (spec.paging().isPresent()) {
            return spec.paging().get().kib();
        }
        boolean hap = spec.type() != GuestType.PV && spec.hap().orElse(true);
        long perMib = (spec.type() == GuestType.PV ? 0L : 1L) + (hap ? 0L : 1L);
        return 4L * (256L * spec.maxVcpus() + perMib * (spec.maxMemory().kib() / 1024));
    }

    /**
     * The plan.
     *
     * @param source the configuration's name, for messages
     * @param spec complete: it has a UUID, and each nic has a MAC address
     * @param paused whether the last step, starting it, is left out
     * @throws ToolstackException InvalidSpec, NameInUse, NotEnoughMemory
     */
    public static CreatePlan plan(String source, DomainSpec spec, HostSnapshot host, boolean paused) {
        DomainUuid uuid = spec.uuid().orElseThrow();
        List<SpecProblem> problems = new ArrayList<>();
        Optional<DirectBoot> boot = checkBoot(spec, host, problems);
        DevicePlanner devices = new DevicePlanner(host, problems);
        List<DiskPlan> disks = devices.disks(spec.disks());
        List<NicPlan> nics = devices.nics(spec.nics());
        if (!problems.isEmpty()) {
            throw new ToolstackException.InvalidSpec(source, problems);
        }
        checkNames(spec, uuid, host);
        long need = spec.maxMemory().kib() + (spec.type() == GuestType.PV ? 0 : pagingKib(spec)) + DOMAIN_OVERHEAD_KIB;
        if (need > host.freeKib()) {
            throw new ToolstackException.NotEnoughMemory(
                    spec.name(), spec.maxMemory().kib(), need, host.freeKib());
        }
        return new CreatePlan(spec, uuid, boot.orElseThrow(), steps(spec, boot.orElseThrow(), disks, nics, paused));
    }

    private static List<Step> steps(
            DomainSpec spec, DirectBoot boot, List<DiskPlan> disks, List<NicPlan> nics, boolean paused) {
        String name = spec.name();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.CreateShell(name, spec.type().word()));
        steps.add(new Step.WriteDomainNodes(name));
        steps.add(new Step.SetLimits(spec.maxVcpus(), spec.memory().mib()));
        disks.forEach(d -> steps.add(new Step.AttachDisk(d)));
        nics.forEach(n -> steps.add(new Step.AttachNic(n)));
        steps.add(new Step.BuildImage(boot.kernel().toString()));
        steps.add(new Step.Introduce(name));
        steps.add(new Step.AddConsole());
        if (!disks.isEmpty() || !nics.isEmpty()) {
            steps.add(new Step.AwaitBackends(disks.size(), nics.size()));
        }
        steps.add(new Step.SaveConfiguration(name));
        steps.add(new Step.MarkSurvivable(name));
        if (!paused) {
            steps.add(new Step.Unpause(name));
        }
        return steps;
    }

    private static void checkNames(DomainSpec spec, DomainUuid uuid, HostSnapshot host) {
        for (Map.Entry<DomainId, String> e : host.domains().entrySet()) {
            if (e.getValue().equals(spec.name())) {
                throw new ToolstackException.NameInUse("a domain named '" + spec.name() + "' exists already (domid "
                        + e.getKey() + "): destroy it, or choose another name");
            }
        }
        DomainId other = host.uuids().get(uuid);
        if (other != null) {
            throw new ToolstackException.NameInUse("domain " + other + " ('"
                    + host.domains().getOrDefault(other, "(null)") + "') has the UUID " + uuid
                    + " already: destroy it, or leave 'uuid' out of the configuration");
        }
    }

    private static Optional<DirectBoot> checkBoot(DomainSpec spec, HostSnapshot host, List<SpecProblem> problems) {
        if (spec.type() == GuestType.HVM) {
            problems.add(error("type", "this jxl makes pv and pvh guests; hvm is not supported yet"));
            return Optional.empty();
        }
        if (spec.boot().isEmpty()) {
            problems.add(error(
                    "kernel", "a " + spec.type().word() + " guest needs a kernel: set kernel=\"/path/to/vmlinuz\""));
            return Optional.empty();
        }
        DirectBoot boot = spec.boot().get();
        kernelProblem(boot.kernel(), host.kernels().getOrDefault(boot.kernel(), KernelKind.MISSING))
                .ifPresent(m -> problems.add(error("kernel", m)));
        boot.ramdisk().ifPresent(ramdisk -> {
            PathKind kind = host.targets().getOrDefault(ramdisk, PathKind.MISSING);
            if (kind == PathKind.MISSING) {
                problems.add(error("ramdisk", "'" + ramdisk + "' does not exist"));
            } else if (kind != PathKind.FILE) {
                problems.add(error("ramdisk", "'" + ramdisk + "' is not a file"));
            }
        });
        return Optional.of(boot);
    }

    private static Optional<String> kernelProblem(Path kernel, KernelKind kind) {
        return switch (kind) {
            case KERNEL, COMPRESSED -> Optional.empty();
            case MISSING -> Optional.of("'" + kernel + "' does not exist");
            case UNREADABLE -> Optional.of("'" + kernel + "' cannot be read, or is not a file");
            case ELF32 ->
                Optional.of("'" + kernel + "' is a 32-bit program: a 64-bit kernel (ELF or bzImage) is needed");
            case NOT_A_KERNEL ->
                Optional.of("'" + kernel + "' is not a kernel: neither ELF nor bzImage, and not compressed");
        };
    }

    static SpecProblem error(String field, String message) {
        return new SpecProblem(Severity.ERROR, 0, 0, field, message);
    }
}
