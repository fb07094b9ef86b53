package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.host.DeviceModel.Programs;
import dev.jxl.xld.host.HostFiles.KernelKind;
import dev.jxl.xld.host.HostFiles.PathKind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a plan must know of the host: asked just before it is made.
 *
 * @param domains names of the domains there are, by number
 * @param uuids UUIDs of the domains that there are and that are not being destroyed
 * @param freeKib memory that a new domain may have
 * @param totalKib memory of the host
 * @param nodes how many NUMA nodes it has
 * @param kernels what the kernel and ramdisk are, by path
 * @param targets what the disks' targets are, by path
 * @param bridgeMtus MTU in bytes of each bridge that is asked for; empty when there is no such bridge
 * @param programs QEMU and firmware
 * @param pci PCI devices
 * @param usb USB devices, where any are asked for
 */
public record HostSnapshot(
        Map<DomainId, String> domains,
        Map<DomainUuid, DomainId> uuids,
        long freeKib,
        long totalKib,
        int nodes,
        Map<Path, KernelKind> kernels,
        Map<Path, PathKind> targets,
        Map<String, Optional<Integer>> bridgeMtus,
        Programs programs,
        PciSnapshot pci,
        List<UsbFact> usb) {
    /** The same, where a UUID may be used once more: for a guest that is sent from this host to this host. */
    public HostSnapshot withUuidFree(DomainUuid uuid) {
        Map<DomainUuid, DomainId> others = new HashMap<>(uuids);
        others.remove(uuid);
        return new HostSnapshot(
                domains, others, freeKib, totalKib, nodes, kernels, targets, bridgeMtus, programs, pci, usb);
    }
}
