package dev.jxl.xld.api;

import java.util.List;
import java.util.Map;

/**
 * A device of a guest, as it is now. What the guest's end says is the guest's word: a number in range, or nothing.
 *
 * @param kind what it is
 * @param devid its number in xenstore
 * @param name what its users call it: a disk's vdev, a nic's MAC address, else the number
 * @param domid the guest
 * @param backendDomid the domain that serves it; -1 when the index of devices says nothing sensible
 * @param backendPath the backend's folder in xenstore
 * @param state where the guest's end stands, 1 to 8 as XenbusState; -1 when it says nothing sensible
 * @param backendState the same of the other end
 * @param eventChannel the guest's port; -1 when there is none
 * @param rings the guest's grant references of the rings: one for a disk, tx and rx for a nic; -1 where there is none
 * @param settings what it was made with, by the toolstack's own words in xenstore
 * @param statistics what the backend counted, by the kernel's words; empty where it does not count
 */
public record DeviceView(
        DeviceKind kind,
        int devid,
        String name,
        int domid,
        int backendDomid,
        String backendPath,
        int state,
        int backendState,
        long eventChannel,
        List<Long> rings,
        Map<String, String> settings,
        Map<String, Long> statistics) {
    /** Makes the collections immutable. */
    public DeviceView {
        rings = List.copyOf(rings);
        settings = Map.copyOf(settings);
        statistics = Map.copyOf(statistics);
    }
}
