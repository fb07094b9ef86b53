package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import java.util.Optional;
import java.util.function.Supplier;

/** A network card that netback serves; its interface is there as long as it. */
final class NetbackDevice extends BackendDevice {
    NetbackDevice(SimWorld world, XenStore store, DevicePath path, Supplier<BackendBehaviour> behaviour) {
        super(world, store, path, behaviour);
    }

    private String interfaceName() {
        return "vif" + path.frontendDomid() + "." + path.devid();
    }

    @Override
    void writeFeatures(StoreAccess nodes) {
        for (String feature : new String[] {
            "feature-sg", "feature-gso-tcpv4", "feature-gso-tcpv6", "feature-rx-copy", "feature-split-event-channels"
        }) {
            nodes.write(path.backend() + "/" + feature, "1");
        }
        nodes.write(path.backend() + "/multi-queue-max-queues", "1");
    }

    @Override
    void make() {
        world.net().make(interfaceName());
    }

    @Override
    boolean isReady(XenbusState frontend) {
        return frontend == XenbusState.CONNECTED;
    }

    @Override
    boolean prepare() {
        return store.find(path.backend() + "/hotplug-status").equals(Optional.of("connected"));
    }

    @Override
    void writeConnected(StoreAccess nodes) {}

    @Override
    void giveBack() {
        world.net().unmake(interfaceName());
    }
}
