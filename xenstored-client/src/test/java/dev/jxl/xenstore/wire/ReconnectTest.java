package dev.jxl.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.WatchEvent;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import dev.jxl.xenstore.wire.FakeXenstored.Peer;
import dev.jxl.xenstore.wire.FakeXenstored.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReconnectTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private WireXenStore connect() throws IOException {
        return new WireXenStore(Endpoints.at(directory.resolve("socket")), Duration.ofMinutes(1));
    }

    private FakeXenstored fake() throws IOException {
        return new FakeXenstored(directory.resolve("socket"), Peer::behave);
    }

    /** Answers so many requests, takes one more, and goes. */
    private static FakeXenstored.Script goesAfter(int answers) {
        return peer -> {
            for (int i = 0; i < answers; i++) {
                Received request = peer.receive();
                peer.answer(request.type(), request.id(), "OK\0");
            }
            peer.receive();
        };
    }

    private static void untilBack(WireXenStore store) {
        await().ignoreExceptions().until(() -> store.find("/back"), Optional.of("/back")::equals);
    }

    @Test
    void request_in_flight_fails_and_is_not_sent_again() throws Exception {
        try (FakeXenstored fake = fake().next(goesAfter(0));
                WireXenStore store = connect()) {
            assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> store.write("/once", "x"));
            untilBack(store);
            assertThat(fake.received())
                    .filteredOn(r -> r.type() == PacketType.WRITE.code())
                    .hasSize(1);
        }
    }

    @Test
    void watches_are_registered_again_and_told() throws Exception {
        try (FakeXenstored fake = fake().next(goesAfter(1));
                WireXenStore store = connect();
                Watch watch = store.watch("/watched")) {
            AtomicInteger told = new AtomicInteger();
            store.onReconnect(s -> told.incrementAndGet());
            assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> store.find("/x"));
            assertThat(watch.next(SOON)).contains(new WatchEvent.Reconnected());
            await().untilAtomic(told, org.hamcrest.Matchers.is(1));
            List<Received> watches = fake.received().stream()
                    .filter(r -> r.type() == PacketType.WATCH.code())
                    .toList();
            assertThat(watches).extracting(Received::payload).containsExactly("/watched\0jxl1\0", "/watched\0jxl1\0");
        }
    }

    @Test
    void closed_watch_is_not_registered_again() throws Exception {
        try (FakeXenstored fake = fake().next(goesAfter(2));
                WireXenStore store = connect()) {
            store.watch("/watched").close();
            assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> store.find("/x"));
            untilBack(store);
            assertThat(fake.received())
                    .filteredOn(r -> r.type() == PacketType.WATCH.code())
                    .hasSize(1);
        }
    }

    @Test
    void transaction_ends_with_its_connection() throws Exception {
        try (FakeXenstored fake = fake().next(peer -> {
                    Received begin = peer.receive();
                    peer.answer(begin.type(), begin.id(), "1\0");
                    peer.receive();
                });
                WireXenStore store = connect()) {
            assertThatExceptionOfType(ConnectionLost.class)
                    .isThrownBy(() -> store.transaction(tx -> {
                        tx.write("/a", "1");
                        return true;
                    }));
            untilBack(store);
            assertThat(fake.received())
                    .filteredOn(r -> r.type() == PacketType.TRANSACTION_END.code())
                    .isEmpty();
        }
    }

    @Test
    void it_is_tried_until_xenstored_is_there_again() throws Exception {
        WireXenStore store;
        try (FakeXenstored first = fake().next(goesAfter(0))) {
            store = connect();
            assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> store.find("/x"));
            assertThat(first.received()).isNotEmpty();
        }
        Files.delete(directory.resolve("socket"));
        assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> {
            while (true) {
                store.find("/x");
            }
        });
        try (FakeXenstored second = fake()) {
            untilBack(store);
            assertThat(second.received()).isNotEmpty();
            Runnable close = store::close;
            close.run();
        }
    }

    @Test
    void listener_that_throws_does_not_stop_the_others() throws Exception {
        try (FakeXenstored fake = fake().next(goesAfter(0));
                WireXenStore store = connect()) {
            AtomicInteger told = new AtomicInteger();
            store.onReconnect(s -> {
                throw new IllegalStateException("on purpose");
            });
            store.onReconnect(s -> told.incrementAndGet());
            assertThatExceptionOfType(ConnectionLost.class).isThrownBy(() -> store.find("/x"));
            await().untilAtomic(told, org.hamcrest.Matchers.is(1));
            assertThat(fake.received()).isNotEmpty();
        }
    }
}
