package dev.jxl.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Watches, and the domains that they tell of. */
interface WatchesContract extends StoreUnderTest {
    private static List<String> changedPaths(Watch watch, String until) {
        List<String> paths = new ArrayList<>();
        while (true) {
            Optional<WatchEvent> event = watch.next(SOON);
            assertThat(event).as("event until " + until + ", after " + paths).isPresent();
            if (event.get() instanceof WatchEvent.Changed(String path)) {
                paths.add(path);
                if (path.equals(until)) {
                    return paths;
                }
            }
        }
    }

    @Test
    default void first_event_comes_at_once() {
        try (Watch watch = store().watch(at("not-there-yet"))) {
            assertThat(watch.path()).isEqualTo(at("not-there-yet"));
            assertThat(watch.next(SOON)).contains(new WatchEvent.Changed(at("not-there-yet")));
            assertThat(watch.next(NOW)).isEmpty();
        }
    }

    @Test
    default void change_at_or_below_is_told_and_beside_is_not() {
        store().mkdir(at("w"));
        try (Watch watch = store().watch(at("w"))) {
            changedPaths(watch, at("w"));
            store().write(at("w-beside"), "x");
            store().write(at("w/deep/below"), "x");
            store().mkdir(at("w/dir"));
            store().setPermissions(at("w/dir"), List.of(Permission.owner(1)));
            store().write(at("w"), "end");
            assertThat(changedPaths(watch, at("w")))
                    .contains(at("w/deep/below"), at("w/dir"))
                    .doesNotContain(at("w-beside"));
        }
    }

    @Test
    default void removed_parent_is_told_to_who_watches_below() {
        store().write(at("p/q/r"), "x");
        try (Watch watch = store().watch(at("p/q/r"))) {
            changedPaths(watch, at("p/q/r"));
            store().remove(at("p"));
            assertThat(watch.next(SOON)).contains(new WatchEvent.Changed(at("p/q/r")));
        }
    }

    @Test
    default void transaction_is_told_when_it_ends_and_only_then() throws Exception {
        try (Watch watch = store().watch(at("t"));
                Watch fence = store().watch(at("fence"))) {
            changedPaths(watch, at("t"));
            changedPaths(fence, at("fence"));
            store().transaction(tx -> {
                tx.write(at("t/a"), "1");
                store().write(at("fence"), "x");
                changedPaths(fence, at("fence"));
                assertThat(watch.next(NOW)).isEmpty();
                return true;
            });
            assertThat(changedPaths(watch, at("t/a"))).containsExactly(at("t/a"));
            assertThat(catchThrowable(() -> store().transaction(tx -> {
                        tx.write(at("t/b"), "1");
                        throw new IllegalStateException("on purpose");
                    })))
                    .isNotNull();
            store().write(at("t/end"), "1");
            assertThat(changedPaths(watch, at("t/end"))).containsExactly(at("t/end"));
        }
    }

    @Test
    default void two_watches_on_one_node_are_both_told() {
        try (Watch two = store().watch(at("same"))) {
            try (Watch one = store().watch(at("same"))) {
                changedPaths(one, at("same"));
            }
            changedPaths(two, at("same"));
            store().write(at("same"), "x");
            assertThat(changedPaths(two, at("same"))).isNotEmpty();
        }
    }

    @Test
    default void closed_watch_wakes_who_waits() throws Exception {
        Watch watch = store().watch(at("w"));
        changedPaths(watch, at("w"));
        CountDownLatch waiting = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Throwable> waiter = threads.submit(() -> {
                waiting.countDown();
                return catchThrowable(() -> watch.next(Duration.ofDays(1_000_000)));
            });
            waiting.await();
            watch.close();
            watch.close();
            assertThat(waiter.get(20, TimeUnit.SECONDS)).isInstanceOf(ConnectionLost.class);
        }
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> watch.next(NOW));
    }

    @Test
    default void slow_watcher_is_told_once_that_events_are_missing() {
        try (Watch slow = store().watch(at("busy"));
                Watch fence = store().watch(at("busy/end"))) {
            changedPaths(slow, at("busy"));
            changedPaths(fence, at("busy/end"));
            List<StoreWrite> writes = new ArrayList<>();
            for (int i = 0; i < 1100; i++) {
                writes.add(new StoreWrite.Write(at("busy/" + i), "x"));
            }
            store().performAll(writes);
            store().write(at("busy/end"), "x");
            changedPaths(fence, at("busy/end"));
            assertThat(slow.next(SOON)).contains(new WatchEvent.Overflowed());
            assertThat(slow.next(NOW)).as("told once").isEmpty();
            store().write(at("busy/later"), "x");
            assertThat(slow.next(SOON)).contains(new WatchEvent.Changed(at("busy/later")));
        }
    }

    @Test
    default void domains_that_come_and_go_are_told() {
        try (Watch coming = store().watch("@introduceDomain");
                Watch going = store().watch("@releaseDomain")) {
            changedPaths(coming, "@introduceDomain");
            changedPaths(going, "@releaseDomain");
            store().introduce(17, 4096, 3);
            assertThat(changedPaths(coming, "@introduceDomain")).isNotEmpty();
            assertThat(going.next(NOW)).isEmpty();
            store().write(at("owned/below"), "x");
            store().setPermissions(at("owned"), List.of(Permission.owner(17)));
            store().write(at("named"), "x");
            store().setPermissions(at("named"), List.of(Permission.owner(0), Permission.read(17)));
            store().release(17);
            assertThat(changedPaths(going, "@releaseDomain")).isNotEmpty();
            assertThat(store().find(at("owned/below")))
                    .as("what a domain owns goes with it")
                    .isEmpty();
            assertThat(store().find(at("named"))).contains("x");
        }
    }

    @Test
    default void stub_domain_gets_its_target() {
        store().introduce(18, 4096, 3);
        store().introduce(19, 4096, 3);
        store().setTarget(19, 18);
        store().release(19);
        store().release(18);
    }

    @Test
    default void stopped_domain_runs_again() {
        store().introduce(21, 4096, 3);
        store().resume(21);
        store().release(21);
    }

    @Test
    default void unknown_domain_cannot_be_resumed() {
        assertThatExceptionOfType(XenStoreException.Refused.class)
                .isThrownBy(() -> store().resume(22))
                .withMessageContaining("resume")
                .withMessageContaining("domain 22")
                .withMessageContaining("ENOENT");
    }

    @Test
    default void unknown_domain_cannot_be_released() {
        assertThatExceptionOfType(XenStoreException.Refused.class)
                .isThrownBy(() -> store().release(20))
                .withMessageContaining("domain 20")
                .withMessageContaining("ENOENT");
    }
}
