package dev.jxl.xld.plan.qemu;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.DiskSpec.BackendKind;
import dev.jxl.config.DiskSpec.Format;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.PlatformSpec.DiskController;
import dev.jxl.config.VbdNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The emulated drives of an HVM guest. A disk that cannot be emulated is there for PV drivers alone, as with xl.
 *
 * @source tools/libs/light/libxl_dm.c: libxl__build_device_model_args_new
 */
public final class EmulatedDisks {
    private static final int IDE_DRIVES = 4;
    private static final int AHCI_DRIVES = 6;

    private final DomainSpec spec;
    private final Function<String, Optional<String>> madePath;
    private final List<String> out = new ArrayList<>();

    EmulatedDisks(DomainSpec spec, Function<String, Optional<String>> madePath) {
        this.spec = spec;
        this.madePath = madePath;
    }

    /** How many drives the guest's controller has: what stands behind them is for PV drivers alone. */
    public static int drives(DomainSpec spec) {
        return spec.platform().hdtype() == DiskController.AHCI ? AHCI_DRIVES : IDE_DRIVES;
    }

    List<String> arguments() {
        boolean ahci = spec.platform().hdtype() == DiskController.AHCI;
        if (ahci) {
            add("-device", "ahci,id=ahci0");
        }
        for (DiskSpec disk : spec.disks()) {
            Optional<VbdNumber> number = VbdNumber.find(disk.vdev());
            if (number.isPresent()) {
                write(disk, number.get(), ahci);
            }
        }
        return List.copyOf(out);
    }

    private void write(DiskSpec disk, VbdNumber number, boolean ahci) {
        int index = number.disk();
        Optional<String> path = path(disk);
        if (disk.cdrom()) {
            if (index <= IDE_DRIVES) {
                cdrom(disk, number, path);
            }
            return;
        }
        if (path.isEmpty()) {
            return;
        }
        String file = "file=" + path.get();
        String format = ",format=" + format(disk);
        if (disk.vdev().startsWith("sd")) {
            String id = "scsi0-hd" + index;
            add(
                    "-drive",
                    file + ",id=" + id + format + ",if=none,readonly=" + (disk.readWrite() ? "off" : "on")
                            + ",cache=writeback");
            add("-device", "scsi-hd,drive=" + id + ",scsi-id=" + index);
        } else if (ahci && index < AHCI_DRIVES) {
            add("-drive", file + ",if=none,id=ahcidisk-" + index + format + ",cache=writeback");
            add("-device", "ide-hd,bus=ahci0." + index + ",unit=0,drive=ahcidisk-" + index);
        } else if (!ahci && index < IDE_DRIVES) {
            add("-drive", file + ",if=ide,index=" + index + ",media=disk" + format + ",cache=writeback");
        }
    }

    private void cdrom(DiskSpec disk, VbdNumber number, Optional<String> path) {
        String id = driveId(number);
        add(
                "-drive",
                "if=none,readonly=on,id=" + id
                        + path.map(p -> ",file=" + p + ",format=" + format(disk))
                                .orElse(""));
        add(
                "-device",
                "ide-cd,id=" + id + ",drive=" + id + ",bus=ide." + number.disk() / 2 + ",unit=" + number.disk() % 2);
    }

    /** QEMU's name of a CD drive. */
    public static String driveId(VbdNumber number) {
        return "ide-" + number.value();
    }

    /** What QEMU opens. @source tools/libs/light/libxl_disk.c: libxl__device_disk_find_local_path */
    private Optional<String> path(DiskSpec disk) {
        if (disk.format() == Format.EMPTY || disk.backendDomain().isPresent()) {
            return Optional.empty();
        }
        boolean asItIs = disk.format() == Format.RAW && disk.script().isEmpty();
        if (asItIs || disk.backendKind().equals(Optional.of(BackendKind.QDISK))) {
            return disk.target().map(Object::toString);
        }
        return madePath.apply(disk.vdev());
    }

    private static String format(DiskSpec disk) {
        boolean byQemu = disk.backendKind().equals(Optional.of(BackendKind.QDISK));
        return byQemu ? qemuFormat(disk.format()) : "raw";
    }

    /** QEMU's word for a format. @source tools/libs/light/libxl_internal.c: libxl__qemu_disk_format_string */
    public static String qemuFormat(Format format) {
        return switch (format) {
            case RAW, EMPTY -> "raw";
            case QCOW -> "qcow";
            case QCOW2 -> "qcow2";
            case VHD -> "vpc";
            case QED -> "qed";
        };
    }

    private void add(String... words) {
        out.addAll(List.of(words));
    }
}
