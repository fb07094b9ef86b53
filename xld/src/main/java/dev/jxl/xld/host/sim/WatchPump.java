package dev.jxl.xld.host.sim;

import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.WatchEvent;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Calls somebody for each event of a watch, on a virtual thread of its own, until closed or the connection ends. */
final class WatchPump implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);
    private final Watch watch;

    private WatchPump(Watch watch) {
        this.watch = watch;
    }

    /**
     * Starts.
     *
     * @param onEvent is given the changed path, or empty when everything must be looked at again
     */
    static WatchPump start(XenStore store, String path, Consumer<Optional<String>> onEvent) {
        WatchPump pump = new WatchPump(store.watch(path));
        Thread.ofVirtual().name("sim watch " + path).start(() -> pump.run(onEvent));
        return pump;
    }

    private void run(Consumer<Optional<String>> onEvent) {
        try {
            while (true) {
                watch.next(LONG).ifPresent(event -> onEvent.accept(changedPath(event)));
            }
        } catch (XenStoreException.ConnectionLost closed) {
            watch.close();
        }
    }

    private static Optional<String> changedPath(WatchEvent event) {
        return switch (event) {
            case WatchEvent.Changed changed -> Optional.of(changed.path());
            case WatchEvent.Overflowed ignored -> Optional.empty();
            case WatchEvent.Reconnected ignored -> Optional.empty();
        };
    }

    @Override
    public void close() {
        watch.close();
    }
}
