package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import java.util.function.Supplier;

/** A device that the guest's device model serves, as long as it lives. */
final class QemuDevice extends BackendDevice {
    QemuDevice(SimWorld world, XenStore store, DevicePath path, Supplier<BackendBehaviour> behaviour) {
        super(world, store, path, behaviour);
    }

    @Override
    boolean isServed() {
        if (world.qemus().serves(new DomainId(path.frontendDomid()))) {
            return true;
        }
        end();
        return false;
    }

    @Override
    void writeFeatures(StoreAccess nodes) {
        if (path.kind().equals("qdisk")) {
            nodes.write(path.backend() + "/feature-flush-cache", "1");
        }
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
    void writeConnected(StoreAccess nodes) {
        if (!path.kind().equals("qdisk")) {
            return;
        }
        nodes.write(path.backend() + "/sectors", Long.toString(SimBlock.SECTORS));
        nodes.write(path.backend() + "/sector-size", "512");
        nodes.write(path.backend() + "/info", "0");
    }

    @Override
    void giveBack() {}
}
