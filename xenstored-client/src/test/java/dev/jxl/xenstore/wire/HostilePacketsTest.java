package dev.jxl.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.XenStoreException.ProtocolViolation;
import dev.jxl.xenstore.wire.FakeXenstored.Received;
import dev.jxl.xenstore.wire.FakeXenstored.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the other end does on the connection: every waiter is told, clearly, and nobody hangs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostilePacketsTest extends HostileXenstored {
    /** Several threads ask; the other end takes all their requests and then does its worst. All must be told. */
    private void everyWaiterIsTold(
            Class<? extends XenStoreException> what, String words, Duration silenceLimit, Script worst)
            throws Exception {
        int askers = 5;
        Script script = peer -> {
            for (int i = 0; i < askers; i++) {
                peer.receive();
            }
            worst.serve(peer);
            peer.stall();
        };
        try (FakeXenstored fake = fake(peer -> peer.stall()).next(script);
                WireXenStore store = connect(silenceLimit);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Throwable>> all = IntStream.range(0, askers)
                    .mapToObj(i -> threads.submit(() -> catchThrowable(() -> store.find("/path/" + i))))
                    .toList();
            for (Future<Throwable> each : all) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isInstanceOf(what).hasMessageContaining(words);
            }
            assertThat(fake.received()).hasSizeGreaterThanOrEqualTo(askers);
        }
    }

    @Test
    void connection_that_is_closed_is_told() throws Exception {
        everyWaiterIsTold(ConnectionLost.class, "closed the connection", PATIENT, peer -> {
            throw new IOException("on purpose");
        });
    }

    @Test
    void connection_that_is_closed_inside_a_packet_is_told() throws Exception {
        everyWaiterIsTold(ConnectionLost.class, "inside a packet", PATIENT, peer -> {
            peer.header(READ, 1, 100);
            peer.raw(new byte[50]);
            throw new IOException("on purpose");
        });
    }

    @Test
    void connection_that_is_closed_inside_a_header_is_told() throws Exception {
        everyWaiterIsTold(ConnectionLost.class, "inside a packet", PATIENT, peer -> {
            peer.raw(new byte[7]);
            throw new IOException("on purpose");
        });
    }

    @Test
    void packet_that_never_ends_is_told() throws Exception {
        everyWaiterIsTold(ConnectionLost.class, "did not end it", Duration.ofMillis(200), peer -> {
            peer.header(READ, 1, 100);
            peer.raw(new byte[99]);
        });
    }

    @Test
    void answer_that_never_comes_is_told() throws Exception {
        everyWaiterIsTold(ConnectionLost.class, "did not answer READ /path/", Duration.ofMillis(200), peer -> {});
    }

    @Test
    void too_long_packet_is_told() throws Exception {
        everyWaiterIsTold(ProtocolViolation.class, "4097 bytes", PATIENT, peer -> peer.header(READ, 1, 4097));
    }

    @Test
    void too_long_list_is_told() throws Exception {
        everyWaiterIsTold(
                ProtocolViolation.class,
                "1048577 bytes",
                PATIENT,
                peer -> peer.header(PacketType.DIRECTORY.code(), 1, 1024 * 1024 + 1));
    }

    @Test
    void negative_length_is_told() throws Exception {
        everyWaiterIsTold(ProtocolViolation.class, "4294967295 bytes", PATIENT, peer -> peer.header(READ, 1, -1));
    }

    @Test
    void unknown_type_is_told() throws Exception {
        everyWaiterIsTold(ProtocolViolation.class, "unknown type, 77", PATIENT, peer -> peer.header(77, 1, 0));
    }

    @Test
    void negative_type_is_told() throws Exception {
        everyWaiterIsTold(ProtocolViolation.class, "unknown type", PATIENT, peer -> peer.header(-1, 1, 0));
    }

    @Test
    void answer_to_what_was_not_asked_is_told() throws Exception {
        everyWaiterIsTold(
                ProtocolViolation.class,
                "request 4711, which was not asked",
                PATIENT,
                peer -> peer.answer(READ, 4711, "x"));
    }

    @Test
    void answer_of_another_type_is_told() throws Exception {
        everyWaiterIsTold(
                ProtocolViolation.class,
                "with DIRECTORY",
                PATIENT,
                peer -> peer.answer(PacketType.DIRECTORY.code(), 1, ""));
    }

    @Test
    void error_without_a_word_is_told() throws Exception {
        everyWaiterIsTold(ProtocolViolation.class, "ERROR", PATIENT, peer -> peer.answer(ERROR, 1, ""));
    }

    @Test
    void error_that_is_not_closed_is_told() throws Exception {
        everyWaiterIsTold(ProtocolViolation.class, "NUL", PATIENT, peer -> peer.answer(ERROR, 1, "ENOENT"));
    }

    @Test
    void watch_event_without_a_token_is_told() throws Exception {
        everyWaiterIsTold(
                ProtocolViolation.class,
                "a path and a token",
                PATIENT,
                peer -> peer.answer(PacketType.WATCH_EVENT.code(), 0, "/path\0"));
    }

    @Test
    void watch_event_that_is_not_closed_is_told() throws Exception {
        everyWaiterIsTold(
                ProtocolViolation.class,
                "NUL",
                PATIENT,
                peer -> peer.answer(PacketType.WATCH_EVENT.code(), 0, "/path\0jxl1"));
    }

    @Test
    void watch_event_for_a_watch_that_was_never_set_is_told() throws Exception {
        everyWaiterIsTold(
                ProtocolViolation.class,
                "never set",
                PATIENT,
                peer -> peer.answer(PacketType.WATCH_EVENT.code(), 0, "/path\0token\0"));
    }

    @Test
    void watch_event_of_a_closed_watch_is_ignored() throws Exception {
        try (FakeXenstored fake = fake(peer -> {
                    peer.answer(PacketType.WATCH_EVENT.code(), 0, "/path\0jxl99\0");
                    peer.behave();
                });
                WireXenStore store = connect(PATIENT)) {
            assertThat(store.find("/a")).contains("/a");
            assertThat(fake.received()).hasSize(1);
        }
    }

    @Test
    void xenstored_that_takes_nothing_more_is_told_when_it_goes() throws Exception {
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        try (FakeXenstored fake = fake(peer -> peer.stall()).next(peer -> {
                    peer.receive();
                    org.awaitility.Awaitility.await().until(() -> go.getCount() == 0);
                });
                WireXenStore store = connect(PATIENT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Throwable>> all = IntStream.range(0, 300)
                    .mapToObj(i -> threads.submit(() -> catchThrowable(() -> store.writeBytes("/big", new byte[4000]))))
                    .toList();
            assertThat(all).noneMatch(Future::isDone);
            go.countDown();
            for (Future<Throwable> each : all) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isInstanceOf(ConnectionLost.class);
            }
            assertThat(fake.received()).hasSize(1);
        }
    }

    @Test
    void close_wakes_everybody() throws Exception {
        try (FakeXenstored fake = fake(FakeXenstored.Peer::listen).next(peer -> {
                    Received watch = peer.receive();
                    peer.answer(watch.type(), watch.id(), "OK\0");
                    peer.listen();
                });
                WireXenStore store = connect(PATIENT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Watch watch = store.watch("/w")) {
            Future<Throwable> watcher = threads.submit(() -> catchThrowable(() -> watch.next(PATIENT)));
            Future<Throwable> reader = threads.submit(() -> catchThrowable(() -> store.find("/a")));
            org.awaitility.Awaitility.await().until(() -> fake.received().size() == 2);
            Runnable close = store::close;
            close.run();
            assertThat(watcher.get(30, TimeUnit.SECONDS)).isInstanceOf(ConnectionLost.class);
            assertThat(reader.get(30, TimeUnit.SECONDS)).isInstanceOf(ConnectionLost.class);
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noise_never_hangs(int seed) throws Exception {
        Random random = new Random(seed);
        Script noise = peer -> {
            Received request = peer.receive();
            for (int i = random.nextInt(4); i > 0; i--) {
                byte[] bytes = new byte[random.nextInt(64)];
                random.nextBytes(bytes);
                if (random.nextBoolean()) {
                    // Plausible headers get further than plain noise.
                    peer.header(random.nextInt(24), request.id() + random.nextInt(2), random.nextInt(8));
                }
                peer.raw(bytes);
            }
            throw new IOException("on purpose");
        };
        try (FakeXenstored fake = fake(noise);
                WireXenStore store = connect(PATIENT)) {
            for (int i = 0; i < 5; i++) {
                Throwable outcome = catchThrowable(() -> store.find("/a"));
                assertThat(outcome == null || outcome instanceof XenStoreException)
                        .as("an answer or a clear error, not %s", outcome)
                        .isTrue();
            }
            assertThat(fake.received()).isNotEmpty();
        }
    }
}
