package dev.jxl.xld.plan;

import dev.jxl.config.DiskSpec;
import dev.jxl.config.DomainId;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.FirmwareSpec;
import dev.jxl.config.FirmwareSpec.SmbiosString;
import dev.jxl.config.GuestType;
import dev.jxl.config.PlatformSpec;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.StoreWrite.Mkdir;
import dev.jxl.xenstore.StoreWrite.Write;
import dev.jxl.xld.host.GuestBuilder.PlacedFirmware;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What hvmloader, QEMU and an HVM guest read in xenstore.
 *
 * @source tools/libs/light/libxl_create.c: domcreate_bootloader_done; libxl_dom.c: hvm_build_set_xs_values; libxl_dm.c:
 *     device_model_launch; libxl_genid.c: libxl__ms_vm_genid_set
 */
public final class HvmNodes {
    private HvmNodes() {}

    static void write(List<StoreWrite> out, String dom, String vm, DomainSpec spec) {
        PlatformSpec platform = spec.platform();
        boolean acpi = platform.acpi().orElse(true);
        out.add(flag(dom + "/platform/acpi", acpi));
        out.add(flag(dom + "/platform/acpi_s3", platform.acpiS3().orElse(true)));
        out.add(flag(dom + "/platform/acpi_s4", platform.acpiS4().orElse(true)));
        out.add(flag(
                dom + "/platform/acpi_laptop_slate", platform.acpiLaptopSlate().orElse(false)));
        platform.mmioHole()
                .ifPresent(
                        hole -> out.add(new Write(dom + "/platform/mmio_hole_size", Long.toString(hole.kib() * 1024))));
        out.add(new Write(dom + "/platform/device-model", "qemu_xen"));
        spec.firmware()
                .generationId()
                .ifPresent(id -> out.add(new Write(dom + "/platform/generation-id", decimal(id))));
        out.add(new Write(vm + "/rtc/timeoffset", ""));
        out.add(new Write(vm + "/image/ostype", "hvm"));
    }

    private static Write flag(String path, boolean on) {
        return new Write(path, on ? "1" : "0");
    }

    /** Two numbers of 64 bits, low byte first. */
    private static String decimal(FirmwareSpec.GenerationId id) {
        byte[] bytes = HexFormat.of().parseHex(id.hex());
        return number(bytes, 0) + ":" + number(bytes, 8);
    }

    private static BigInteger number(byte[] bytes, int at) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 7; i >= 0; i--) {
            value = value.shiftLeft(8).or(BigInteger.valueOf(bytes[at + i] & 0xff));
        }
        return value;
    }

    /** What the build has placed in the guest's memory, and the texts of its SMBIOS. For one transaction. */
    public static List<StoreWrite> built(
            DomainId d, DomainSpec spec, Optional<PlacedFirmware> acpi, Optional<PlacedFirmware> smbios) {
        String dom = Nodes.domain(d);
        List<StoreWrite> out = new ArrayList<>();
        placed(out, dom + "/hvmloader/smbios/", smbios);
        placed(out, dom + "/hvmloader/acpi/", acpi);
        int oem = 0;
        for (SmbiosString text : spec.firmware().smbios()) {
            String name = text.key() == SmbiosString.Key.OEM
                    ? "oem-" + ++oem
                    : text.key().word().replace('_', '-');
            out.add(new Write(dom + "/bios-strings/" + name, text.value()));
        }
        return List.copyOf(out);
    }

    private static void placed(List<StoreWrite> out, String folder, Optional<PlacedFirmware> firmware) {
        firmware.ifPresent(f -> {
            out.add(new Write(folder + "address", "0x" + Long.toHexString(f.address())));
            out.add(new Write(folder + "length", "0x" + Integer.toHexString(f.length())));
        });
    }

    /** The nodes of the devices that QEMU serves to an HVM guest: its CD drives and its paravirtual keyboard. For one transaction. */
    public static List<StoreWrite> servedByDeviceModel(DomainId d, DomainSpec spec) {
        List<StoreWrite> out = new ArrayList<>();
        for (DiskSpec disk : spec.disks()) {
            OptionalInt number = VirtualDevice.number(disk.vdev());
            if (HvmPlanner.isCdDrive(spec, disk) && number.isPresent()) {
                out.addAll(DeviceNodes.cdDrive(
                        d, number.getAsInt(), disk.vdev(), disk.target(), DevicePlanner.format(disk), disk.trusted()));
            }
        }
        if (spec.type() == GuestType.HVM
                && spec.devices().vkbs().isEmpty()
                && spec.emulated().vkbDevice().orElse(true)) {
            out.addAll(DeviceNodes.keyboard(d));
        }
        return List.copyOf(out);
    }

    /** What must be there before QEMU starts. For one transaction. */
    public static List<StoreWrite> beforeDeviceModel(DomainId d, DomainSpec spec) {
        List<StoreWrite> out = new ArrayList<>();
        if (spec.type() == GuestType.HVM) {
            FirmwareSpec.Kind kind = spec.firmware().kind().orElse(FirmwareSpec.Kind.SEABIOS);
            out.add(new Write(Nodes.domain(d) + "/hvmloader/bios", kind.word()));
            out.add(new Write(Nodes.domain(d) + "/hvmloader/allow-memory-relocate", "0"));
        }
        out.add(new Mkdir(Nodes.deviceModel(d)));
        return List.copyOf(out);
    }
}
