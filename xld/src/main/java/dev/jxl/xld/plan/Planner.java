package dev.jxl.xld.plan;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.config.GuestType;
import dev.jxl.config.IoSpec;
import dev.jxl.config.PciSpec;
import dev.jxl.config.SchedulerSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.GuestBuilder.Firmware;
import dev.jxl.xld.host.HostFiles.KernelKind;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.host.IncomingGuest;
import dev.jxl.xld.host.IncomingGuest.ArrivingGuest;
import dev.jxl.xld.host.IncomingGuest.ResetGuest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides how a domain is made, and refuses what cannot work before anything is done. */
public final class Planner {
    /** Beside its memory, what Xen needs for a domain itself, in KiB. @source libxl_internal.h: LIBXL_HVM_EXTRA_MEMORY */
    private static final long HVM_OVERHEAD_KIB = 2048;

    /** The same for a PV domain. @source libxl_internal.h: LIBXL_PV_EXTRA_MEMORY */
    private static final long PV_OVERHEAD_KIB = 1024;

    private static final long SUPERPAGE_KIB = 2048;
    private static final long PAGE_KIB = 4;
    private static final int IOMMU_LEVELS = 4;
    private static final long IO_PORTS = 0x10000;
    private static final long ENTRIES = 512;

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
     * Memory that a domain takes of the host.
     *
     * @source tools/libs/light/libxl_mem.c: libxl__domain_need_memory_calculate
     */
    public static long needKib(DomainSpec spec) {
        long extra = spec.type() == GuestType.PV ? PV_OVERHEAD_KIB : HVM_OVERHEAD_KIB;
        long need = spec.memory().kib() + pagingKib(spec) + iommuKib(spec) + extra;
        return Math.ceilDiv(need, SUPERPAGE_KIB) * SUPERPAGE_KIB;
    }

    /**
     * Memory of the IOMMU's page tables: four levels of 512 entries. Counted also where they are the CPU's.
     *
     * @source tools/libs/light/libxl_utils.c: libxl__get_required_iommu_memory
     */
    private static long iommuKib(DomainSpec spec) {
        long kib = 0;
        long pages = spec.maxMemory().kib() / PAGE_KIB;
        for (int level = 0; spec.devices().wantsIommu() && level < IOMMU_LEVELS; level++) {
            pages = Math.ceilDiv(pages, ENTRIES);
            kib += pages * PAGE_KIB;
        }
        return kib;
    }

    /**
     * Whether jxl chooses the NUMA nodes of a domain, on a host that has several.
     *
     * @source tools/xl/xl_parse.c: parse_vcpu_affinity; tools/libs/light/libxl_dom.c: libxl__build_pre
     */
    public static boolean choosesNodes(DomainSpec spec) {
        return spec.cpu().numaPlacement().orElse(true)
                && spec.cpu().softAffinity().isEmpty()
                && spec.cpu().vnuma().isEmpty();
    }

    private static boolean isPlacedByUser(DomainSpec spec) {
        return !spec.cpu().hardAffinity().isEmpty()
                || !spec.cpu().softAffinity().isEmpty()
                || !spec.cpu().scheduler().equals(SchedulerSpec.DEFAULT);
    }

    /**
     * The plan.
     *
     * @param source the configuration's name, for messages
     * @param asked complete: it has a UUID, and each nic has a MAC address
     * @param paused whether the last step, starting it, is left out
     * @param saved the saved guest that comes into it, which needs no kernel; empty: it boots
     * @throws ToolstackException InvalidSpec, NameInUse, NotEnoughMemory
     */
    public static CreatePlan plan(
            String source, DomainSpec asked, HostSnapshot host, boolean paused, Optional<IncomingGuest> saved) {
        DomainUuid uuid = asked.uuid().orElseThrow();
        List<SpecProblem> problems = new ArrayList<>();
        DomainSpec spec = UsbPlaces.decide(asked, host.usb(), problems);
        boolean hvm = spec.type() == GuestType.HVM;
        Optional<DirectBoot> boot = saved.isPresent() ? Optional.empty() : checkKernel(spec, host, problems);
        HvmPlanner machine = new HvmPlanner(spec, host, problems);
        machine.checkShim();
        Optional<Firmware> firmware = hvm ? machine.firmware() : Optional.empty();
        Optional<String> deviceModel = DevicePlanner.needsDeviceModel(spec) ? machine.deviceModel() : Optional.empty();
        DevicePlanner devices = new DevicePlanner(host, problems);
        List<DiskPlan> disks = devices.disks(spec.disks().stream()
                .filter(disk -> !HvmPlanner.isCdDrive(spec, disk))
                .toList());
        List<NicPlan> nics = devices.nics(spec.nics());
        List<NodeDevice> others = new NodeDevices(spec, host, problems).list();
        checkIo(spec.devices().io(), problems);
        List<PciPlan> pci = new PciPlanner(spec, host.pci(), problems).list();
        if (!problems.isEmpty()) {
            throw new ToolstackException.InvalidSpec(source, problems);
        }
        boolean reset = saved.filter(ResetGuest.class::isInstance).isPresent();
        if (!reset) {
            checkNames(spec, uuid, host);
        }
        long need = needKib(spec);
        if (!reset && need > host.freeKib()) {
            throw new ToolstackException.NotEnoughMemory(
                    spec.name(), spec.memory().kib(), need, host.freeKib());
        }
        boolean placed = host.nodes() > 1 && choosesNodes(spec);
        Step image = saved.<Step>map(guest -> new Step.RestoreImage(guest.source()))
                .orElseGet(() -> new Step.BuildImage(kernelWords(firmware, boot)));
        List<Step> steps = steps(spec, image, deviceModel.isPresent(), disks, nics, others, pci, placed, paused);
        if (saved.filter(ArrivingGuest.class::isInstance).isPresent()) {
            arrive(steps, image, spec.name());
        }
        if (reset) {
            keepMemory(spec.name(), steps);
        }
        return new CreatePlan(byAddress(spec, pci), uuid, boot, firmware, deviceModel, saved, steps);
    }

    /**
     * Once its memory is here the guest stands still on both hosts: what does not need it is done before. A disk's script may take the disk for
     * this host alone, which the sender uses until then: with one the backends are waited for afterwards.
     */
    private static void arrive(List<Step> steps, Step image, String name) {
        boolean scripts = steps.stream()
                .anyMatch(step -> step instanceof Step.AttachDisk(DiskPlan disk)
                        && disk.script().isPresent());
        List<Step> before = steps.stream()
                .filter(step ->
                        step instanceof Step.SaveConfiguration || (step instanceof Step.AwaitBackends && !scripts))
                .toList();
        steps.removeAll(before);
        steps.addAll(steps.indexOf(image), before);
        steps.add(steps.indexOf(new Step.MarkSurvivable(name)), new Step.TakeOver(name));
    }

    /** The number, the memory, and where the vCPUs run, stay. */
    private static void keepMemory(String name, List<Step> steps) {
        steps.removeIf(step -> step instanceof Step.ReserveMemory || step instanceof Step.PlaceVcpus);
        steps.replaceAll(step -> switch (step) {
            case Step.CreateShell _ -> new Step.ResetDomain(name);
            case Step.RestoreImage _ -> new Step.KeepMemory(name);
            default -> step;
        });
    }

    /** What no machine has; Xen knows what this one has. */
    private static void checkIo(IoSpec io, List<SpecProblem> problems) {
        io.ports().stream()
                .filter(ports -> ports.count() == 0 || ports.first() + ports.count() > IO_PORTS)
                .forEach(ports -> problems.add(error("ioports", ports.words() + ": there are the ports 0-ffff")));
        io.irqs().stream()
                .filter(irq -> irq > Integer.MAX_VALUE)
                .forEach(irq -> problems.add(error("irqs", "there is no interrupt " + irq)));
    }

    private static String kernelWords(Optional<Firmware> firmware, Optional<DirectBoot> boot) {
        return firmware.map(f -> f.loader().toString())
                .or(() -> boot.map(b -> b.kernel().toString()))
                .orElse("the kernel in its disk");
    }

    /** A device that is asked for by a name keeps its address when the name is another's one day. */
    private static DomainSpec byAddress(DomainSpec spec, List<PciPlan> pci) {
        List<PciSpec> devices = new ArrayList<>();
        for (int i = 0; i < pci.size(); i++) {
            devices.add(spec.devices().pci().get(i).at(pci.get(i).address()));
        }
        return devices.isEmpty()
                ? spec
                : spec.toBuilder().devices(spec.devices().withPci(devices)).build();
    }

    private static List<Step> steps(
            DomainSpec spec,
            Step image,
            boolean deviceModel,
            List<DiskPlan> disks,
            List<NicPlan> nics,
            List<NodeDevice> others,
            List<PciPlan> pci,
            boolean placed,
            boolean paused) {
        String name = spec.name();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.ReserveMemory(needKib(spec)));
        if (spec.type() != GuestType.HVM && image instanceof Step.BuildImage) {
            spec.bootloader()
                    .ifPresent(b -> steps.add(new Step.FindKernel(
                            b.program(),
                            bootDisk(spec).target().map(Path::toString).orElse(""))));
        }
        steps.add(new Step.CreateShell(name, spec.type().word()));
        steps.add(new Step.WriteDomainNodes(name));
        steps.add(new Step.SetLimits(spec.maxVcpus(), spec.memory().mib()));
        if (placed || isPlacedByUser(spec)) {
            steps.add(new Step.PlaceVcpus(name));
        }
        disks.forEach(d -> steps.add(new Step.AttachDisk(d)));
        nics.forEach(n -> steps.add(new Step.AttachNic(n)));
        others.forEach(o -> steps.add(new Step.AttachDevice(o)));
        steps.add(image);
        IoSpec io = spec.devices().io();
        if (!io.equals(IoSpec.DEFAULT)) {
            steps.add(new Step.PermitIo(io));
        }
        steps.add(new Step.Introduce(name));
        if (deviceModel) {
            steps.add(new Step.StartDeviceModel(name));
        }
        int awaitedDisks = awaited(disks);
        int awaitedOthers = awaited(others);
        if (awaitedDisks + nics.size() + awaitedOthers > 0) {
            steps.add(new Step.AwaitBackends(awaitedDisks, nics.size(), awaitedOthers));
        }
        if (deviceModel) {
            steps.add(new Step.AwaitDeviceModel(name));
        }
        if (!pci.isEmpty()) {
            steps.add(new Step.AttachPci(pci));
        }
        steps.add(new Step.SaveConfiguration(name));
        steps.add(new Step.MarkSurvivable(name));
        if (!paused) {
            steps.add(new Step.Unpause(name));
        }
        return steps;
    }

    private static int awaited(List<? extends DevicePlan> devices) {
        return (int) devices.stream()
                .filter(d -> d.awaited() && !d.servedByDeviceModel())
                .count();
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

    /** Empty where a program finds it later: firmware, or a bootloader. */
    private static Optional<DirectBoot> checkKernel(DomainSpec spec, HostSnapshot host, List<SpecProblem> problems) {
        boolean hvm = spec.type() == GuestType.HVM;
        if (!hvm && spec.bootloader().isPresent()) {
            bootDiskProblem(spec).ifPresent(m -> problems.add(error("bootloader", m)));
            return Optional.empty();
        }
        return hvm && spec.boot().isEmpty() ? Optional.empty() : checkBoot(spec, host, problems);
    }

    private static Optional<DirectBoot> checkBoot(DomainSpec spec, HostSnapshot host, List<SpecProblem> problems) {
        if (spec.boot().isEmpty()) {
            problems.add(error(
                    "kernel", "a " + spec.type().word() + " guest needs a kernel: set kernel=\"/path/to/vmlinuz\""));
            return Optional.empty();
        }
        DirectBoot boot = spec.boot().get();
        kernelProblem(spec, boot.kernel(), host.kernels().getOrDefault(boot.kernel(), KernelKind.MISSING))
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

    /** The disk that a bootloader looks into. */
    public static DiskSpec bootDisk(DomainSpec spec) {
        return spec.disks().getFirst();
    }

    private static Optional<String> bootDiskProblem(DomainSpec spec) {
        if (spec.disks().isEmpty()) {
            return Optional.of("a bootloader finds its kernel in the first disk, and this guest has none");
        }
        DiskSpec disk = bootDisk(spec);
        boolean plain = disk.format() == DiskSpec.Format.RAW
                && disk.backendDomain().isEmpty()
                && disk.script().isEmpty();
        return plain
                ? Optional.empty()
                : Optional.of("a bootloader reads a raw disk of dom0; " + disk.vdev()
                        + " has another format or backend, or a script: name the kernel with kernel= instead");
    }

    /** What is wrong with a kernel's file, for a guest. */
    public static Optional<String> kernelProblem(DomainSpec spec, Path kernel, KernelKind kind) {
        return switch (kind) {
            case KERNEL, COMPRESSED -> Optional.empty();
            case PVH32 ->
                spec.type() == GuestType.PVH && !spec.shim().enabled()
                        ? Optional.empty()
                        : Optional.of("'" + kernel + "' is a 32-bit program for PVH guests: this is a PV one");
            case MISSING -> Optional.of("'" + kernel + "' does not exist");
            case UNREADABLE -> Optional.of("'" + kernel + "' cannot be read, or is not a file");
            case ELF32 ->
                Optional.of("'" + kernel + "' is a 32-bit program: a 64-bit kernel (ELF or bzImage) is needed");
            case NOT_A_KERNEL ->
                Optional.of("'" + kernel + "' is not a kernel: neither ELF nor bzImage, and not compressed");
        };
    }

    /** What makes a plan impossible, by xl.cfg's key. */
    public static SpecProblem error(String field, String message) {
        return new SpecProblem(Severity.ERROR, 0, 0, field, message);
    }
}
