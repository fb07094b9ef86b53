package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import dev.jxl.xld.host.HotplugScripts;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk, decided.
 *
 * @param devid the number of the virtual device, e.g. 51712 for xvda
 * @param vdev its name in the guest
 * @param target the file or block device, or what the script understands
 * @param script what connects it instead of jxl; empty: jxl itself
 * @param qemuFormat libxl's word for the target's format, when QEMU serves the disk; empty: the kernel does
 * @param readWrite whether the guest may write
 * @param discard whether the guest may discard
 * @param directIoSafe the backend may use direct I/O
 * @param trusted the guest trusts the backend
 * @param backend the backend's domain
 */
public record DiskPlan(
        int devid,
        String vdev,
        Path target,
        Optional<Path> script,
        Optional<String> qemuFormat,
        boolean readWrite,
        boolean discard,
        boolean directIoSafe,
        boolean trusted,
        DomainId backend)
        implements DevicePlan {
    /** Xen's script for files and block devices, whose work jxl does itself. */
    public static final Path BLOCK_SCRIPT = HotplugScripts.FOLDER.resolve("block");

    @Override
    public String kind() {
        return "vbd";
    }

    @Override
    public String backendKind() {
        return servedByDeviceModel() ? "qdisk" : "vbd";
    }

    @Override
    public boolean servedByDeviceModel() {
        return qemuFormat.isPresent();
    }

    @Override
    public String words() {
        return "disk " + vdev;
    }

    @Override
    public String description() {
        return words() + " (" + target + ")";
    }
}
