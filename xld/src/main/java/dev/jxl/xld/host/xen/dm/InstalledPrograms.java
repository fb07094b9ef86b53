package dev.jxl.xld.host.xen.dm;

import dev.jxl.xld.host.DeviceModel.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where distributions put what HVM guests need. libxl has one path of each compiled in; jxl takes the first that is there, Debian's
 * first.
 *
 * @source m4/paths.m4, config/Tools.mk.in: XENFIRMWAREDIR, QEMU_XEN_PATH, SEABIOS_PATH, OVMF_PATH
 */
final class InstalledPrograms {
    private InstalledPrograms() {}

    /**
     * Looks.
     *
     * @param version Xen's: 4.20
     */
    static Programs find(String version) {
        String xen = "/usr/lib/xen-" + version;
        return new Programs(
                executable(
                        xen + "/bin/qemu-system-i386",
                        "/usr/libexec/xen-qemu-system-i386",
                        "/usr/lib/xen/bin/qemu-system-i386",
                        "/usr/lib64/xen/bin/qemu-system-i386",
                        "/usr/libexec/xen/bin/qemu-system-i386",
                        "/usr/bin/qemu-system-i386",
                        "/usr/bin/qemu-system-x86_64",
                        "/usr/local/lib/xen/bin/qemu-system-i386"),
                firmware(xen, "hvmloader"),
                file("/usr/share/seabios/bios-256k.bin", "/usr/share/qemu/bios-256k.bin", "/usr/share/seabios/bios.bin")
                        .or(() -> firmware(xen, "seabios.bin")),
                file("/usr/share/ovmf/OVMF.fd", "/usr/share/edk2/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF.fd")
                        .or(() -> firmware(xen, "ovmf.bin")),
                firmware(xen, "xen-shim"));
    }

    private static Optional<String> firmware(String xen, String name) {
        return file(
                xen + "/boot/" + name,
                "/usr/lib/xen/boot/" + name,
                "/usr/libexec/xen/boot/" + name,
                "/usr/local/lib/xen/boot/" + name);
    }

    private static Optional<String> file(String... candidates) {
        return List.of(candidates).stream()
                .filter(path -> Files.isRegularFile(Path.of(path)))
                .findFirst();
    }

    private static Optional<String> executable(String... candidates) {
        return List.of(candidates).stream()
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst();
    }
}
