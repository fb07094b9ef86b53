package dev.jxl.xld.plan;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.FirmwareSpec;
import dev.jxl.config.GraphicsSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.VbdNumber;
import dev.jxl.xld.host.DeviceModel.Programs;
import dev.jxl.xld.host.GuestBuilder.Firmware;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.plan.qemu.EmulatedDisks;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides what an HVM guest boots from and which QEMU serves it, and refuses what cannot work. */
public final class HvmPlanner {
    private static final long MIB = 1024;

    private final DomainSpec spec;
    private final HostSnapshot host;
    private final List<SpecProblem> problems;

    HvmPlanner(DomainSpec spec, HostSnapshot host, List<SpecProblem> problems) {
        this.spec = spec;
        this.host = host;
        this.problems = problems;
    }

    /** The files that a plan must know the kind of. */
    public static List<Path> files(DomainSpec spec) {
        FirmwareSpec firmware = spec.firmware();
        return Stream.of(
                        firmware.loader(),
                        firmware.image(),
                        firmware.acpiTables(),
                        firmware.smbiosTables(),
                        spec.shim().path(),
                        spec.deviceModel().override())
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether QEMU plays a disk's drive alone: a CD drive of an HVM guest, whose medium can be changed. */
    public static boolean isCdDrive(DomainSpec spec, DiskSpec disk) {
        return spec.type() == GuestType.HVM && disk.cdrom();
    }

    /** What an HVM guest boots from. */
    Optional<Firmware> firmware() {
        checkCard();
        checkDrives();
        FirmwareSpec wanted = spec.firmware();
        Programs programs = host.programs();
        FirmwareSpec.Kind kind = wanted.kind().orElse(FirmwareSpec.Kind.SEABIOS);
        if (kind == FirmwareSpec.Kind.ROMBIOS) {
            problem("bios", "rombios is only for the old device model, which jxl does not know: use seabios or ovmf");
            return Optional.empty();
        }
        Optional<Path> loader =
                file("firmware_override", wanted.loader(), programs.hvmloader(), "hvmloader", "xen-utils");
        boolean uefi = kind == FirmwareSpec.Kind.OVMF;
        Optional<Path> image = file(
                uefi ? "bios" : "bios_path_override",
                wanted.image(),
                uefi ? programs.ovmf() : programs.seabios(),
                uefi ? "OVMF" : "SeaBIOS",
                uefi ? "ovmf" : "seabios");
        wanted.acpiTables().ifPresent(f -> require("acpi_firmware", f));
        wanted.smbiosTables().ifPresent(f -> require("smbios_firmware", f));
        return loader.isPresent() && image.isPresent()
                ? Optional.of(new Firmware(loader.get(), image.get(), wanted.acpiTables(), wanted.smbiosTables()))
                : Optional.empty();
    }

    /** The small Xen that a PV guest in a PVH container runs on. */
    void checkShim() {
        if (spec.shim().enabled()) {
            file("pvshim_path", spec.shim().path(), host.programs().shim(), "PV shim", "xen-utils");
        }
    }

    /** The QEMU. */
    Optional<String> deviceModel() {
        if (spec.type() == GuestType.HVM
                && spec.deviceModel().stubdomain().enabled().orElse(false)) {
            problem(
                    "device_model_stubdomain_override",
                    "a device model in a domain of its own is not supported; dm_restrict=1 locks it up in dom0");
            return Optional.empty();
        }
        return file(
                        "device_model_override",
                        spec.deviceModel().override(),
                        host.programs().qemu(),
                        "QEMU",
                        "qemu-system-xen")
                .map(Path::toString);
    }

    private Optional<Path> file(
            String key, Optional<Path> wanted, Optional<String> installed, String what, String debianPackage) {
        if (wanted.isPresent()) {
            require(key, wanted.get());
            return wanted;
        }
        if (installed.isEmpty()) {
            problem(
                    key,
                    "this host has no " + what + ": install it (Debian: " + debianPackage + "), or name its file here");
        }
        return installed.map(Path::of);
    }

    private void require(String key, Path file) {
        PathKind kind = host.targets().getOrDefault(file, PathKind.MISSING);
        if (kind != PathKind.FILE) {
            problem(key, "'" + file + "' " + (kind == PathKind.MISSING ? "does not exist" : "is not a file"));
        }
    }

    private void checkCard() {
        GraphicsSpec.Vga vga = spec.graphics().vga().orElse(GraphicsSpec.Vga.CIRRUS);
        long kib = spec.graphics().cardKib();
        if (kib < vga.leastKib()) {
            problem("videoram", vga.word() + " needs at least " + vga.leastKib() / MIB + " MiB of video memory");
        } else if (kib >= spec.memory().kib()) {
            problem("videoram", kib / MIB + " MiB of video memory leave nothing of the guest's memory");
        }
    }

    private void checkDrives() {
        for (DiskSpec disk : spec.disks()) {
            if (isCdDrive(spec, disk)) {
                cdProblem(disk).ifPresent(m -> problem("disk", disk.vdev() + ": " + m));
            } else if (emulatedReadOnly(disk)) {
                problem(
                        "disk",
                        disk.vdev() + ": QEMU emulates no read-only "
                                + spec.platform().hdtype().word().toUpperCase(Locale.ROOT)
                                + " disk: give it access=rw, or make it an sd one, or one behind the first "
                                + EmulatedDisks.drives(spec) + " drives");
            }
        }
    }

    private Optional<String> cdProblem(DiskSpec disk) {
        if (disk.backendDomain().isPresent()) {
            return Optional.of("a CD drive's backend is QEMU in dom0");
        }
        return disk.target().flatMap(target -> switch (host.targets().getOrDefault(target, PathKind.MISSING)) {
            case FILE, BLOCK_DEVICE -> Optional.empty();
            case MISSING -> Optional.of("'" + target + "' does not exist");
            case OTHER -> Optional.of("'" + target + "' is neither a file nor a block device");
        });
    }

    /** @source tools/libs/light/libxl_dm.c: "qemu-xen doesn't support read-only AHCI disk drivers", the same of IDE */
    private boolean emulatedReadOnly(DiskSpec disk) {
        return !disk.readWrite()
                && !disk.vdev().startsWith("sd")
                && VbdNumber.find(disk.vdev())
                        .filter(number -> number.disk() < EmulatedDisks.drives(spec))
                        .isPresent();
    }

    private void problem(String key, String message) {
        problems.add(Planner.error(key, message));
    }
}
