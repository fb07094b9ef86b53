package dev.jxl.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jxl.xenstore.Watch;
import dev.jxl.xenstore.WatchEvent;
import dev.jxl.xenstore.XenStoreException.ConnectionLost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's device as far as it is peculiar. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class XenbusTransportTest {
    /** One request at a time, answers in small pieces, reads that only an answer ends. */
    private static final class FakeDevice implements XenbusTransport.Device {
        private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>();
        private final AtomicInteger unanswered = new AtomicInteger();
        private final AtomicInteger mostUnanswered = new AtomicInteger();
        private final AtomicInteger onePacketWrites = new AtomicInteger();
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile boolean mute;

        @Override
        public int read(byte[] into, int length) throws IOException {
            try {
                byte[] piece = outgoing.take();
                System.arraycopy(piece, 0, into, 0, piece.length);
                if (piece.length == 16 && piece[0] != PacketType.WATCH_EVENT.code()) {
                    unanswered.decrementAndGet();
                }
                return piece.length;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void write(byte[] from, int length) {
            ByteBuffer packet = ByteBuffer.wrap(from).order(ByteOrder.nativeOrder());
            mostUnanswered.accumulateAndGet(unanswered.incrementAndGet(), Math::max);
            if (packet.getInt(12) + 16 == length) {
                onePacketWrites.incrementAndGet();
            }
            if (mute) {
                return;
            }
            String payload = new String(from, 16, length - 16, StandardCharsets.ISO_8859_1);
            if (packet.getInt(0) == PacketType.WATCH.code()) {
                // The event before the answer, and with ids of no meaning.
                send(PacketType.WATCH_EVENT.code(), 0x55555555, payload);
            }
            send(packet.getInt(0), packet.getInt(4), payload.substring(0, payload.indexOf('\0')));
        }

        private void send(int type, int id, String payload) {
            outgoing.add(header(type, id, payload.length()));
            for (int i = 0; i < payload.length(); i += 2) {
                outgoing.add(
                        payload.substring(i, Math.min(i + 2, payload.length())).getBytes(StandardCharsets.ISO_8859_1));
            }
        }

        private static byte[] header(int type, int id, int length) {
            byte[] bytes = new byte[16];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.nativeOrder())
                    .putInt(type)
                    .putInt(id)
                    .putInt(0x55555555)
                    .putInt(length);
            return bytes;
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private final FakeDevice device = new FakeDevice();

    private WireXenStore connect() throws IOException {
        return new WireXenStore(
                new Endpoint() {
                    @Override
                    public Transport open() {
                        return new XenbusTransport(device);
                    }

                    @Override
                    public String description() {
                        return "the fake device";
                    }
                },
                Duration.ofMinutes(1));
    }

    @Test
    void next_request_waits_for_the_answer() throws Exception {
        try (WireXenStore store = connect()) {
            List<String> paths = new ArrayList<>();
            List<Optional<String>> expected = new ArrayList<>();
            for (int i = 100; i < 300; i++) {
                paths.add("/pa/" + i + "x");
                expected.add(Optional.of("/pa/" + i + "x"));
            }
            assertThat(store.findAll(paths)).isEqualTo(expected);
            assertThat(device.mostUnanswered).hasValue(1);
            assertThat(device.onePacketWrites).hasValue(200);
        }
    }

    @Test
    void watch_event_is_not_an_answer() throws Exception {
        try (WireXenStore store = connect();
                Watch watch = store.watch("/pa/1")) {
            assertThat(watch.next(Duration.ofSeconds(20))).contains(new WatchEvent.Changed("/pa/1"));
            assertThat(store.find("/pa/22")).contains("/pa/22");
        }
    }

    @Test
    void close_wakes_the_reader_by_a_question() throws Exception {
        WireXenStore store = connect();
        assertThat(store.find("/pa/22")).contains("/pa/22");
        store.close();
        org.awaitility.Awaitility.await().untilTrue(device.closed);
    }

    @Test
    void close_wakes_who_waits_to_send() throws Exception {
        device.mute = true;
        WireXenStore store = connect();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Throwable>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(threads.submit(() -> catchThrowable(() -> store.findAll(List.of("/a", "/b")))));
            }
            org.awaitility.Awaitility.await().until(() -> device.unanswered.get() == 1);
            store.close();
            for (Future<Throwable> each : all) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isInstanceOf(ConnectionLost.class);
            }
        }
    }

    @Test
    void missing_device_is_not_made(@TempDir Path directory) {
        Path missing = directory.resolve("xenbus");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> XenbusTransport.open(missing))
                .withMessageContaining(missing.toString());
        assertThat(Files.exists(missing)).isFalse();
    }
}
