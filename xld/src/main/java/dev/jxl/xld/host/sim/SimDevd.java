package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.XenStore;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * {@code xl devd} in a simulated driver domain. It runs the hotplug script of a device once, when it sees it first, and remembers it until it sees
 * it closed and not online: then it removes the device's nodes. That nodes have gone it does not notice. Only {@link SimBackend}'s thread
 * calls it.
 *
 * @source tools/libs/light/libxl_device.c: backend_watch_callback, add_device, remove_device, libxl__device_destroy
 */
final class SimDevd {
    private final XenStore store;
    private final Set<DevicePath> remembered = new HashSet<>();
    private final Set<DevicePath> due = new HashSet<>();

    SimDevd(XenStore store) {
        this.store = store;
    }

    /** Looks at what may be new of a device. */
    void look(DevicePath path) {
        String backend = path.backend();
        boolean over = store.transaction(t -> {
            Optional<String> state = t.find(backend + "/state");
            Optional<String> online = t.find(backend + "/online");
            if (state.isEmpty() || online.isEmpty()) {
                return false;
            }
            boolean closed = XenbusState.of(state) == XenbusState.CLOSED;
            if (!closed && remembered.add(path)) {
                due.add(path);
            }
            boolean goes = closed && online.get().equals("0") && remembered.contains(path);
            if (goes) {
                t.remove(backend);
            }
            return goes;
        });
        if (over) {
            remembered.remove(path);
            due.remove(path);
        }
    }

    /** Whether it runs a device's hotplug script now. */
    boolean connects(DevicePath path) {
        return due.remove(path);
    }
}
