package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import java.util.function.Supplier;

/** A virtual TPM that a program serves. */
final class TpmDevice extends BackendDevice {
    TpmDevice(SimWorld world, XenStore store, DevicePath path, Supplier<BackendBehaviour> behaviour) {
        super(world, store, path, behaviour);
    }

    @Override
    void writeFeatures(StoreAccess nodes) {
        nodes.write(path.backend() + "/feature-protocol-v2", "1");
    }

    @Override
    void make() {}

    @Override
    boolean isReady(XenbusState frontend) {
        return frontend == XenbusState.INITIALISED || frontend == XenbusState.CONNECTED;
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
