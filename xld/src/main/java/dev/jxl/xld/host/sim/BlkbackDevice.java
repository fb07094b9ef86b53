package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A disk that blkback serves. */
final class BlkbackDevice extends BackendDevice {
    private static final Pattern NUMBERS = Pattern.compile("([0-9a-f]{1,3}):([0-9a-f]{1,5})");
    private Optional<SimBlock.Opened> opened = Optional.empty();

    BlkbackDevice(SimWorld world, XenStore store, DevicePath path, Supplier<BackendBehaviour> behaviour) {
        super(world, store, path, behaviour);
    }

    @Override
    void writeFeatures(StoreAccess nodes) {
        nodes.write(path.backend() + "/feature-max-indirect-segments", "256");
        nodes.write(path.backend() + "/max-ring-page-order", "4");
        nodes.write(path.backend() + "/feature-persistent", "1");
    }

    @Override
    void make() {}

    @Override
    boolean isReady(XenbusState frontend) {
        return frontend == XenbusState.INITIALISED || frontend == XenbusState.CONNECTED;
    }

    @Override
    boolean prepare() {
        if (opened.isPresent()) {
            return true;
        }
        Optional<String> numbers = store.find(path.backend() + "/physical-device");
        if (numbers.isEmpty()) {
            return false;
        }
        Matcher matcher = NUMBERS.matcher(numbers.get());
        if (matcher.matches()) {
            opened = world.block().open(Integer.parseInt(matcher.group(1), 16), Integer.parseInt(matcher.group(2), 16));
        }
        if (opened.isEmpty()) {
            fail("creating vbd structure");
        }
        return opened.isPresent();
    }

    @Override
    void writeConnected(StoreAccess nodes) {
        nodes.write(path.backend() + "/sectors", Long.toString(SimBlock.SECTORS));
        nodes.write(path.backend() + "/info", "0");
        nodes.write(path.backend() + "/sector-size", "512");
        nodes.write(path.backend() + "/physical-sector-size", "512");
    }

    @Override
    void giveBack() {
        opened.ifPresent(SimBlock.Opened::close);
        opened = Optional.empty();
    }
}
