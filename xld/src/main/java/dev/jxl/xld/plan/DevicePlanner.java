package dev.jxl.xld.plan;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.DiskSpec.BackendKind;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.NicSpec;
import dev.jxl.config.SpecProblem;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.host.HotplugScripts;
import dev.jxl.xld.plan.qemu.EmulatedDisks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Decides how devices are made, of a new guest or of one that runs, and says what cannot work before anything is done. */
public final class DevicePlanner {
    /** The bridge of a nic that names none, as xl has it. */
    public static final String DEFAULT_BRIDGE = "xenbr0";

    /** @source tools/libs/light/libxl_nic.c: LIBXL_DEVICE_NIC_MTU_DEFAULT */
    private static final int DEFAULT_MTU = 1500;

    private final HostSnapshot host;
    private final List<SpecProblem> problems;

    /**
     * With what it needs.
     *
     * @param host knows the targets and bridges of all devices that will be asked about
     * @param problems gets what is wrong
     */
    public DevicePlanner(HostSnapshot host, List<SpecProblem> problems) {
        this.host = host;
        this.problems = problems;
    }

    /** Disks, in order; problems are told for those that cannot be. */
    public List<DiskPlan> disks(List<DiskSpec> specs) {
        List<DiskPlan> out = new ArrayList<>();
        for (DiskSpec disk : specs) {
            OptionalInt number = VirtualDevice.number(disk.vdev());
            if (number.isEmpty()) {
                problems.add(Planner.error("disk", "'" + disk.vdev() + "' is not a disk's name (xvda, hda, sda, …)"));
                continue;
            }
            Optional<DomainId> backend = BackendDomain.find(disk.backendDomain(), host.domains());
            diskProblem(disk, backend)
                    .ifPresentOrElse(m -> problems.add(Planner.error("disk", disk.vdev() + ": " + m)), () -> {
                        out.add(new DiskPlan(
                                number.getAsInt(),
                                disk.vdev(),
                                disk.target().orElseThrow(),
                                script(disk.script()).filter(s -> !s.equals(DiskPlan.BLOCK_SCRIPT)),
                                servedByQemu(disk) ? Optional.of(format(disk)) : Optional.empty(),
                                disk.readWrite(),
                                disk.discard().orElse(disk.readWrite()),
                                disk.directIoSafe(),
                                disk.trusted(),
                                backend.orElseThrow()));
                    });
        }
        return out;
    }

    private Optional<String> diskProblem(DiskSpec disk, Optional<DomainId> backend) {
        if (backend.isEmpty()) {
            return Optional.of(BackendDomain.missing(disk.backendDomain()));
        }
        if (disk.target().isEmpty() || disk.format() == DiskSpec.Format.EMPTY) {
            return Optional.of("an empty drive is only for hvm guests");
        }
        if (disk.cdrom()) {
            return Optional.of("a CD-ROM is only for hvm guests");
        }
        Optional<String> kind = kindProblem(disk);
        if (kind.isPresent()) {
            return kind;
        }
        if (!backend.get().equals(DomainId.DOM0)) {
            return elsewhereProblem(disk);
        }
        Optional<Path> script = script(disk.script()).filter(s -> !s.equals(DiskPlan.BLOCK_SCRIPT));
        if (script.isPresent()) {
            return scriptProblem(script.get());
        }
        Path target = disk.target().get();
        return switch (host.targets().getOrDefault(target, PathKind.MISSING)) {
            case FILE, BLOCK_DEVICE -> Optional.empty();
            case MISSING -> Optional.of("'" + target + "' does not exist");
            case OTHER -> Optional.of("'" + target + "' is neither a file nor a block device");
        };
    }

    /** What is in a driver domain cannot be seen from here: it says itself what it cannot open. */
    private static Optional<String> elsewhereProblem(DiskSpec disk) {
        if (servedByQemu(disk)) {
            return Optional.of("QEMU serves disks in dom0 only: a driver domain takes format=raw");
        }
        Path target = disk.target().orElseThrow();
        return target.isAbsolute()
                ? Optional.empty()
                : Optional.of("'" + target + "' must be an absolute path inside of the driver domain '"
                        + disk.backendDomain().orElse("") + "'");
    }

    private static Optional<String> kindProblem(DiskSpec disk) {
        return switch (disk.backendKind().orElse(servedByQemu(disk) ? BackendKind.QDISK : BackendKind.PHY)) {
            case PHY ->
                disk.format() == DiskSpec.Format.RAW
                        ? Optional.empty()
                        : Optional.of("backendtype=phy serves only format=raw: "
                                + disk.format().name().toLowerCase(Locale.ROOT) + " needs qdisk");
            case QDISK ->
                disk.script().isPresent() ? Optional.of("QEMU serves it, and takes no script=") : Optional.empty();
            case TAP, STANDALONE ->
                Optional.of("backendtype=" + disk.backendKind().get().word()
                        + " is not supported: phy (raw files and block devices) and qdisk (all formats) are");
        };
    }

    /**
     * Whether QEMU serves a disk, not the kernel: it was asked for, or the kernel does not know the format.
     *
     * @source tools/libs/light/libxl_device.c: libxl__device_disk_set_backend, disk_try_backend
     */
    public static boolean servedByQemu(DiskSpec disk) {
        return disk.backendKind()
                .map(kind -> kind == BackendKind.QDISK)
                .orElse(disk.format() != DiskSpec.Format.RAW && disk.format() != DiskSpec.Format.EMPTY);
    }

    /**
     * Whether a domain cannot do without QEMU.
     *
     * @source tools/libs/light/libxl_dm.c: libxl__need_xenpv_qemu
     */
    public static boolean needsDeviceModel(DomainSpec spec) {
        return spec.type() == GuestType.HVM
                || spec.disks().stream().anyMatch(DevicePlanner::servedByQemu)
                || NodeDevices.needDeviceModel(spec);
    }

    /** @source tools/libs/light/libxl_device.c: libxl__device_disk_string_of_format */
    static String format(DiskSpec disk) {
        return switch (disk.format()) {
            case RAW, EMPTY -> "aio";
            default -> EmulatedDisks.qemuFormat(disk.format());
        };
    }

    /** Nics, in order; problems are told for those that cannot be. */
    public List<NicPlan> nics(List<NicSpec> specs) {
        List<NicPlan> out = new ArrayList<>();
        int next = 0;
        for (NicSpec nic : specs) {
            int devid = nic.devid().orElse(next);
            next = devid + 1;
            Optional<DomainId> backend = BackendDomain.find(nic.backendDomain(), host.domains());
            boolean here = backend.equals(Optional.of(DomainId.DOM0));
            // A driver domain has bridges of its own: the first of them where none is named.
            String bridge = nic.bridge().orElse(here ? DEFAULT_BRIDGE : "");
            Optional<Integer> bridgeMtu = host.bridgeMtus().getOrDefault(bridge, Optional.empty());
            Path script = script(nic.script()).orElse(NicPlan.BRIDGE_SCRIPT);
            Optional<String> problem = backend.isEmpty()
                    ? Optional.of(BackendDomain.missing(nic.backendDomain()))
                    : here ? nicProblem(nic, script, bridge, bridgeMtu) : Optional.empty();
            int number = devid;
            problem.ifPresentOrElse(
                    m -> problems.add(Planner.error("vif", "nic " + number + ": " + m)),
                    () -> out.add(new NicPlan(
                            number,
                            nic.mac().orElseThrow(),
                            bridge,
                            nic.mtu().or(() -> bridgeMtu).orElse(DEFAULT_MTU),
                            nic.mtu(),
                            nic.vifname(),
                            nic.rateLimit(),
                            nic.ip(),
                            nic.ioemu() && here,
                            script,
                            nic.gatewaydev(),
                            nic.vlan(),
                            nic.trusted(),
                            backend.orElseThrow())));
        }
        return out;
    }

    private Optional<String> nicProblem(NicSpec nic, Path script, String bridge, Optional<Integer> mtu) {
        if (nic.script().isPresent() || nic.vlan().isPresent() || nic.ip().isPresent()) {
            Optional<String> problem = scriptProblem(script);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return mtu.isPresent() || !script.equals(NicPlan.BRIDGE_SCRIPT)
                ? Optional.empty()
                : Optional.of(
                        "this host has no bridge '" + bridge + "': 'ip link show type bridge' lists those it has");
    }

    /** Devices that are nothing but their nodes; problems are told for those that cannot be. */
    public List<NodeDevice> nodeDevices(DomainSpec spec) {
        return new NodeDevices(spec, host, problems).list();
    }

    /** Where a script is: a name alone is one of Xen's folder. */
    private static Optional<Path> script(Optional<String> name) {
        return name.map(HotplugScripts.FOLDER::resolve);
    }

    private Optional<String> scriptProblem(Path script) {
        return host.targets().getOrDefault(script, PathKind.MISSING) == PathKind.FILE
                ? Optional.empty()
                : Optional.of("the script " + script + " does not exist: 'ls " + HotplugScripts.FOLDER
                        + "' shows those of this host");
    }
}
