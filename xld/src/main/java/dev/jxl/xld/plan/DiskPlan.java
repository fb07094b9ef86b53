package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import java.nio.file.Path;

/**
 * A disk, decided.
 *
 * @param devid the number of the virtual device, e.g. 51712 for xvda
 * @param vdev its name in the guest
 * @param target the file or block device
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
        boolean readWrite,
        boolean discard,
        boolean directIoSafe,
        boolean trusted,
        DomainId backend) {}
