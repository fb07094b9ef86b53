package dev.jxl.config;

import java.util.Optional;

/**
 * A virtio device that is neither a disk nor a card.
 *
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 * @param type a device tree's compatible, e.g. virtio,device22
 * @param transport how the guest finds it; empty: not said
 * @param grantUsage whether its memory is shared by grants; empty: by the backend's domain
 */
public record VirtioSpec(
        Optional<String> backendDomain,
        Optional<String> type,
        Optional<Transport> transport,
        Optional<Boolean> grantUsage) {
    /** How a guest finds a virtio device. */
    public enum Transport implements Worded {
        /** By a place in memory. */
        MMIO
    }
}
