package dev.jxl.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.jxl.xenstore.RealXenstored;
import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.WatchEvent;
import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real C xenstored dies and another one takes its place. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class XenstoredRestartIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void everything_goes_on_after_a_restart() throws Exception {
        try (RealXenstored xenstored = RealXenstored.start(directory);
                XenStore store = WireXenStore.connect(xenstored.socket());
                Watch watch = store.watch("/watched")) {
            assertThat(watch.next(SOON)).contains(new WatchEvent.Changed("/watched"));
            AtomicInteger told = new AtomicInteger();
            store.onReconnect(s -> told.incrementAndGet());

            xenstored.kill();
            await().untilAsserted(() ->
                    assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> store.find("/watched")));
            xenstored.restart();

            // The new daemon's first event of the watch may be there before all watches are registered again.
            awaitEvent(watch, new WatchEvent.Reconnected());
            await().untilAsserted(() -> assertThat(told).hasValue(1));
            store.write("/watched/below", "x");
            awaitEvent(watch, new WatchEvent.Changed("/watched/below"));
        }
    }

    private static void awaitEvent(Watch watch, WatchEvent expected) {
        Optional<WatchEvent> event;
        do {
            event = watch.next(SOON);
            assertThat(event).as("waiting for %s", expected).isPresent();
        } while (!event.get().equals(expected));
    }
}
