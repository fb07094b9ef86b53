package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.XenStore;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One device of a backend driver. Only {@link SimBackend}'s thread calls it; each step looks at both ends as they are and does
 * what the kernel's drivers would.
 */
abstract class BackendDevice {
    final SimWorld world;
    final XenStore store;
    final DevicePath path;
    private final Supplier<BackendBehaviour> behaviour;
    private XenbusState own = XenbusState.INITIALISING;
    private boolean holding;

    BackendDevice(SimWorld world, XenStore store, DevicePath path, Supplier<BackendBehaviour> behaviour) {
        this.world = world;
        this.store = store;
        this.path = path;
        this.behaviour = behaviour;
    }

    /** Writes what the driver offers. */
    abstract void writeFeatures(StoreAccess nodes);

    /** Makes what is there as long as the device. */
    abstract void make();

    /** Whether the frontend's state is one in which it has its rings ready. */
    abstract boolean isReady(XenbusState frontend);

    /** Takes what it serves (opens the block device, …) as far as the toolstack has said; false: not yet. */
    abstract boolean prepare();

    /** Writes what the frontend wants to know before it connects. */
    abstract void writeConnected(StoreAccess nodes);

    /** Gives back what it serves. */
    abstract void giveBack();

    /** Whether its driver is still there; false: it has given back all that it held. */
    boolean isServed() {
        return true;
    }

    /** Looks at both ends and goes on; false when the device has gone. */
    boolean step() {
        if (store.find(path.backend()).isEmpty()) {
            end();
            return false;
        }
        if (own == XenbusState.INITIALISING) {
            own = XenbusState.INIT_WAIT;
            make();
            offer();
        }
        XenbusState frontend = frontendState();
        boolean prepared = own != XenbusState.CLOSED && prepare();
        switch (frontend) {
            case INITIALISING -> reopen();
            case INITIALISED, CONNECTED -> connect(frontend, prepared);
            case CLOSING -> closing();
            case CLOSED -> {
                return close(!online());
            }
            case UNKNOWN -> {
                return close(true);
            }
            case INIT_WAIT, RECONFIGURING, RECONFIGURED -> {}
        }
        return true;
    }

    /** In one transaction, so that a device which the toolstack takes away meanwhile does not come back. */
    private void offer() {
        store.transaction(nodes -> {
            if (nodes.find(path.backend() + "/state").isPresent()) {
                writeFeatures(nodes);
                nodes.write(path.backend() + "/state", own.text());
            }
            return true;
        });
    }

    private void reopen() {
        if (own == XenbusState.CLOSED && online()) {
            own = XenbusState.INIT_WAIT;
            writeState();
        }
    }

    private void connect(XenbusState frontend, boolean prepared) {
        if (own != XenbusState.INIT_WAIT
                || !prepared
                || !isReady(frontend)
                || behaviour.get() == BackendBehaviour.NEVER_CONNECTS) {
            return;
        }
        holding = true;
        world.hold(path.frontendDomid(), holder());
        own = XenbusState.CONNECTED;
        // Like offer(): a device that the toolstack has taken away meanwhile does not come back.
        store.transaction(nodes -> {
            if (nodes.find(path.backend() + "/state").isPresent()) {
                writeConnected(nodes);
                nodes.write(path.backend() + "/state", own.text());
            }
            return true;
        });
    }

    private void closing() {
        if (own != XenbusState.CLOSING && behaviour.get() != BackendBehaviour.NEVER_CLOSES) {
            own = XenbusState.CLOSING;
            writeState();
        }
    }

    private boolean close(boolean forGood) {
        if (behaviour.get() == BackendBehaviour.NEVER_CLOSES) {
            return true;
        }
        disconnect();
        if (forGood) {
            giveBack();
        }
        if (own != XenbusState.CLOSED) {
            own = XenbusState.CLOSED;
        }
        writeState();
        return !forGood;
    }

    /** The node has gone: whatever is held is given back. */
    void end() {
        if (behaviour.get() != BackendBehaviour.NEVER_CLOSES) {
            disconnect();
            giveBack();
        }
    }

    /** Whether it has mapped its frontend's rings. */
    boolean isConnected() {
        return holding;
    }

    void disconnect() {
        if (holding) {
            holding = false;
            world.letGo(path.frontendDomid(), holder());
        }
    }

    private String holder() {
        return "backend " + path.backend();
    }

    /** The device cannot be served: the kernel's way to say it. */
    void fail(String reason) {
        if (own == XenbusState.CLOSING) {
            return;
        }
        own = XenbusState.CLOSING;
        store.transaction(nodes -> {
            if (nodes.find(path.backend() + "/state").isPresent()) {
                String home = "/local/domain/" + path.backendDomid();
                nodes.write(home + "/error/" + path.relative() + "/error", "22 " + reason);
                nodes.write(path.backend() + "/state", own.text());
            }
            return true;
        });
    }

    private XenbusState frontendState() {
        return store.find(path.backend() + "/frontend")
                .map(frontend -> XenbusState.of(store.find(frontend + "/state")))
                .orElse(XenbusState.UNKNOWN);
    }

    private boolean online() {
        return store.find(path.backend() + "/online").equals(Optional.of("1"));
    }

    /** The kernel does not make the node anew when the toolstack has removed it, nor tell what it has told. */
    private void writeState() {
        store.transaction(transaction -> {
            Optional<String> told = transaction.find(path.backend() + "/state");
            if (told.isPresent() && !told.get().equals(own.text())) {
                transaction.write(path.backend() + "/state", own.text());
            }
            return true;
        });
    }
}
