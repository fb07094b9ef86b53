package dev.jxl.xld.plan;

import dev.jxl.config.DomainId;
import java.util.Map;

/**
 * A device that is nothing but its nodes, decided: whoever serves it finds all that there is to know in xenstore.
 *
 * @param kind the folder of its frontends
 * @param backendKind the folder of its backends
 * @param devid its number
 * @param backend the backend's domain
 * @param server who serves it
 * @param words as progress and errors name it
 * @param front what the guest is told, beside what every device has
 * @param readOnly the same where the guest must not change it
 * @param back what the backend is told
 */
public record NodeDevice(
        String kind,
        String backendKind,
        int devid,
        DomainId backend,
        Server server,
        String words,
        Map<String, String> front,
        Map<String, String> readOnly,
        Map<String, String> back)
        implements DevicePlan {
    /** Who serves a device. */
    public enum Server {
        /** The domain's QEMU in dom0. */
        DEVICE_MODEL,
        /** The backend's domain, which has to answer before the guest runs. */
        BACKEND,
        /** A program that may be started later. */
        LATER,
        /** QEMU emulates it: only the toolstack's index has nodes of it. */
        EMULATED
    }

    /** Makes the maps immutable. */
    public NodeDevice {
        front = Map.copyOf(front);
        readOnly = Map.copyOf(readOnly);
        back = Map.copyOf(back);
    }

    @Override
    public boolean servedByDeviceModel() {
        return server == Server.DEVICE_MODEL || emulated();
    }

    /** Whether QEMU has to be told of it. */
    public boolean emulated() {
        return server == Server.EMULATED;
    }

    @Override
    public boolean awaited() {
        // xl waits for none of QEMU's either: on a busy host it takes them one by one, while the guest boots.
        return server == Server.BACKEND;
    }

    @Override
    public String description() {
        return words;
    }
}
