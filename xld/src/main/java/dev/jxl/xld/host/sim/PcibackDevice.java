package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import java.util.function.Supplier;

/**
 * A bus that pciback serves: its devices come and go while it is connected.
 *
 * @source Linux: drivers/xen/xen-pciback/xenbus.c
 */
final class PcibackDevice extends BackendDevice {
    private static final int MOST = 32;

    private final Supplier<BackendBehaviour> behaviour;
    private XenbusState own = XenbusState.INITIALISING;

    PcibackDevice(SimWorld world, XenStore store, DevicePath path, Supplier<BackendBehaviour> behaviour) {
        super(world, store, path, behaviour);
        this.behaviour = behaviour;
    }

    @Override
    boolean step() {
        if (store.find(path.backend() + "/state").isEmpty()) {
            return false;
        }
        XenbusState guests = store.find(path.backend() + "/frontend")
                .map(frontend -> XenbusState.of(store.find(frontend + "/state")))
                .orElse(XenbusState.UNKNOWN);
        if (own == XenbusState.INITIALISING) {
            move(XenbusState.INITIALISED);
        }
        if (own == XenbusState.INITIALISED) {
            take();
        }
        switch (guests) {
            case INITIALISED -> {
                if (own == XenbusState.INITIALISED && behaviour.get() != BackendBehaviour.NEVER_CONNECTS) {
                    move(XenbusState.CONNECTED);
                }
            }
            case RECONFIGURING -> {
                if (own == XenbusState.CONNECTED) {
                    take();
                    move(XenbusState.RECONFIGURED);
                }
            }
            case CONNECTED -> {
                if (own == XenbusState.RECONFIGURED) {
                    move(XenbusState.CONNECTED);
                }
            }
            case CLOSING, CLOSED, UNKNOWN -> {
                if (behaviour.get() != BackendBehaviour.NEVER_CLOSES) {
                    move(XenbusState.CLOSED);
                    return false;
                }
            }
            default -> {}
        }
        return true;
    }

    /** New devices are there from now on. */
    private void take() {
        store.transaction(nodes -> {
            for (int i = 0; i < MOST; i++) {
                String state = path.backend() + "/state-" + i;
                if (XenbusState.of(nodes.find(state)) == XenbusState.INITIALISING) {
                    nodes.write(state, XenbusState.INITIALISED.text());
                }
            }
            return true;
        });
    }

    private void move(XenbusState next) {
        own = next;
        store.transaction(nodes -> {
            if (nodes.find(path.backend() + "/state").isPresent()) {
                nodes.write(path.backend() + "/state", next.text());
            }
            return true;
        });
    }

    @Override
    void writeFeatures(StoreAccess nodes) {}

    @Override
    void make() {}

    @Override
    boolean isReady(XenbusState frontend) {
        return true;
    }

    @Override
    boolean prepare() {
        return true;
    }

    @Override
    void writeConnected(StoreAccess nodes) {}

    @Override
    void giveBack() {}
}
