package dev.jxl.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One virtual disk.
 *
 * @param target the file or block device of the backend's domain
 * @param format how the target is encoded
 * @param vdev the name in the guest, e.g. xvda, hda1, sdb
 * @param readWrite false: the guest cannot write
 * @param cdrom a CD-ROM drive
 * @param backendKind which driver serves it; empty: jxl chooses by format and target
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 * @param script a hotplug script of /etc/xen/scripts; empty: attached by jxl itself
 * @param discard whether the guest may discard blocks; empty: the default
 * @param directIoSafe the backend may use direct I/O
 * @param trusted the guest trusts this backend
 * @param specification which protocol; empty: xen
 * @param transport virtio: how the guest finds it
 * @param grantUsage virtio: whether memory is shared by grants; empty: by the backend's domain
 */
public record DiskSpec(
        Optional<Path> target,
        Format format,
        String vdev,
        boolean readWrite,
        boolean cdrom,
        Optional<BackendKind> backendKind,
        Optional<String> backendDomain,
        Optional<String> script,
        Optional<Boolean> discard,
        boolean directIoSafe,
        @Field(orElse = "true") boolean trusted,
        Optional<Specification> specification,
        Optional<VirtioSpec.Transport> transport,
        Optional<Boolean> grantUsage) {
    /** How a disk's target is encoded. */
    public enum Format implements Worded {
        /** Blocks as they are. */
        RAW,
        /** QEMU's first format. */
        QCOW,
        /** QEMU's format. */
        QCOW2,
        /** Microsoft's format. */
        VHD,
        /** QEMU's enhanced disk. */
        QED,
        /** No medium in the drive. */
        EMPTY
    }

    /** Which driver serves a disk. */
    public enum BackendKind implements Worded {
        /** The kernel's blkback over a block device, a file through a loop device. */
        PHY,
        /** QEMU. */
        QDISK,
        /** The tapdisk toolset. */
        TAP,
        /** A program that the admin runs. */
        STANDALONE
    }

    /** Protocols between a guest and its disk. */
    public enum Specification implements Worded {
        /** Xen's own (vbd). */
        XEN,
        /** Virtio. */
        VIRTIO
    }
}
