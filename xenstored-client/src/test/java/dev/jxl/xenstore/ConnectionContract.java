package dev.jxl.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Waiting, many threads on one connection, and its end. */
interface ConnectionContract extends StoreUnderTest {
    // Waiting

    @Test
    default void await_gives_what_is_there_or_comes() throws Exception {
        store().write(at("state"), "4");
        assertThat(store().await(at("state"), SOON, s -> s.find(at("state")))).contains("4");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch asked = new CountDownLatch(2);
            Future<Optional<String>> waiter = threads.submit(() -> store().await(at("state"), SOON, s -> {
                asked.countDown();
                return s.find(at("state")).filter(v -> v.equals("6"));
            }));
            asked.await();
            store().write(at("state"), "5");
            store().write(at("state"), "6");
            assertThat(waiter.get()).contains("6");
        }
    }

    @Test
    default void await_gives_up() {
        assertThat(store().await(at("never"), Duration.ofMillis(50), s -> s.find(at("never"))))
                .isEmpty();
        assertThat(store().await(at("never"), NOW, s -> s.find(at("never")))).isEmpty();
    }

    /** The store tells of every node; whoever waits for what they are together must not look once for each. */
    @Test
    default void await_looks_once_for_all_that_has_changed_meanwhile() {
        List<Integer> looks = new ArrayList<>();
        assertThat(store().await(at("busy"), Duration.ofMillis(200), s -> {
                    looks.add(looks.size());
                    if (looks.size() == 2) {
                        for (int i = 0; i < 200; i++) {
                            s.write(at("busy/" + i), "");
                        }
                    }
                    return Optional.empty();
                }))
                .isEmpty();
        assertThat(looks).hasSizeBetween(3, 100);
    }

    // Threads and ends

    @Test
    default void many_threads_use_one_connection() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int t = 0; t < 32; t++) {
                int number = t;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        String path = at("t" + number + "/" + i);
                        store().write(path, number + ":" + i);
                        assertThat(store().require(path)).isEqualTo(number + ":" + i);
                    }
                    return true;
                }));
            }
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
        }
    }

    @Test
    default void interrupted_caller_gets_its_answer_and_harms_nobody() throws Exception {
        store().write(at("x"), "1");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.submit(() -> {
                                Thread.currentThread().interrupt();
                                String value = store().require(at("x"));
                                return Thread.interrupted() ? value : "not interrupted any more";
                            })
                            .get())
                    .isEqualTo("1");
        }
        assertThat(store().find(at("x"))).contains("1");
    }

    @Test
    default void closed_store_says_so() throws Exception {
        XenStore closing = connect();
        Watch watch = closing.watch(at("w"));
        closing.close();
        closing.close();
        watch.close();
        assertThatExceptionOfType(ConnectionLost.class)
                .isThrownBy(() -> closing.find(base()))
                .withMessageContaining("closed");
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> closing.watch(base()));
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> closing.transaction(tx -> true));
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> watch.next(SOON));
    }
}
