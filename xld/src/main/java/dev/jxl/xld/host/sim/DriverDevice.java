package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A disk or a card that a driver domain serves, and answers for itself. A target with {@code missing} in it, or a bridge of that name, is
 * not there.
 */
final class DriverDevice extends BackendDevice {
    private static final String STATUS = "/hotplug-status";

    private final BooleanSupplier hotplug;

    /** @param hotplug whether a hotplug script, or what does its work, runs for it now */
    DriverDevice(
            SimWorld world,
            XenStore store,
            DevicePath path,
            Supplier<BackendBehaviour> behaviour,
            BooleanSupplier hotplug) {
        super(world, store, path, behaviour);
        this.hotplug = hotplug;
    }

    @Override
    void writeFeatures(StoreAccess nodes) {
        nodes.write(path.backend() + (disk() ? "/feature-flush-cache" : "/feature-rx-copy"), "1");
    }

    private boolean disk() {
        return path.kind().equals("vbd");
    }

    @Override
    void make() {}

    @Override
    boolean isReady(XenbusState frontend) {
        return frontend == XenbusState.CONNECTED || (disk() && frontend == XenbusState.INITIALISED);
    }

    @Override
    boolean prepare() {
        Optional<String> status = store.find(path.backend() + STATUS);
        if (status.filter(s -> s.equals("connected") || s.equals("error")).isPresent()) {
            return status.get().equals("connected");
        }
        if (!hotplug.getAsBoolean()) {
            return false;
        }
        String target =
                store.find(path.backend() + (disk() ? "/params" : "/bridge")).orElse("");
        boolean there = !target.contains("missing");
        store.transaction(nodes -> {
            if (nodes.find(path.backend() + "/state").isPresent()) {
                if (!there) {
                    // What nobody should show as it is.
                    String words = "there is no " + target + " here\u001b[2J" + "x".repeat(1500);
                    nodes.write(path.backend() + "/hotplug-error", words);
                }
                nodes.write(path.backend() + STATUS, there ? "connected" : "error");
            }
            return true;
        });
        return there;
    }

    @Override
    void writeConnected(StoreAccess nodes) {
        if (disk()) {
            nodes.write(path.backend() + "/sectors", Long.toString(SimBlock.SECTORS));
            nodes.write(path.backend() + "/sector-size", "512");
            nodes.write(path.backend() + "/info", "0");
        }
    }

    @Override
    void giveBack() {}
}
