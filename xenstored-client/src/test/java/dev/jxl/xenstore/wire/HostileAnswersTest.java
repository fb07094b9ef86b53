package dev.jxl.xenstore.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xenstore.XenStoreException.ProtocolViolation;
import dev.jxl.xenstore.wire.FakeXenstored.Received;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the other end answers: who asked is told, clearly, and the next request works. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileAnswersTest extends HostileXenstored {
    @Test
    void list_longer_than_the_protocol_allows_is_whole_as_oxenstored_sends_it() throws Exception {
        String names =
                IntStream.range(0, 40_000).mapToObj(i -> "name-" + i + "\0").collect(Collectors.joining());
        try (FakeXenstored fake = fake(peer -> {
                    Received list = peer.receive();
                    peer.answer(list.type(), list.id(), names);
                    peer.behave();
                });
                WireXenStore store = connect(PATIENT)) {
            assertThat(store.list("/many")).hasSize(40_000).startsWith("name-0").endsWith("name-39999");
            assertThat(store.find("/b")).contains("/b");
            assertThat(fake.received()).hasSize(2);
        }
    }

    @Test
    void second_answer_to_one_request_is_told() throws Exception {
        try (FakeXenstored fake = fake(peer -> {
                    Received request = peer.receive();
                    peer.answer(READ, request.id(), "x");
                    peer.receive();
                    peer.answer(READ, request.id(), "y");
                    peer.stall();
                });
                WireXenStore store = connect(PATIENT)) {
            assertThat(store.find("/a")).contains("x");
            assertThatExceptionOfType(ProtocolViolation.class)
                    .isThrownBy(() -> store.find("/a"))
                    .withMessageContaining("not asked");
            assertThat(fake.received()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    /** One request, one nonsensical answer to it. */
    private void answerIsToldAndTheNextConnectionWorks(
            String payload, String words, java.util.function.Consumer<WireXenStore> request) throws Exception {
        try (FakeXenstored fake = fake(FakeXenstored.Peer::behave).next(peer -> {
                    Received asked = peer.receive();
                    peer.answer(asked.type(), asked.id(), payload);
                    peer.stall();
                });
                WireXenStore store = connect(PATIENT)) {
            assertThatExceptionOfType(ProtocolViolation.class)
                    .isThrownBy(() -> request.accept(store))
                    .withMessageContaining(words);
            org.awaitility.Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> store.find("/a"), Optional.of("/a")::equals);
            assertThat(fake.received()).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void list_that_is_not_closed_is_told() throws Exception {
        answerIsToldAndTheNextConnectionWorks("a\0b", "NUL", store -> store.list("/a"));
    }

    @Test
    void permission_that_is_none_is_told() throws Exception {
        answerIsToldAndTheNextConnectionWorks("n0\0x99999\0", "x99999", store -> store.permissions("/a"));
    }

    @Test
    void transaction_id_that_is_none_is_told() throws Exception {
        for (String id : List.of("\0", "0\0", "-1\0", "12345678901\0", "1\0" + "2\0")) {
            java.nio.file.Files.deleteIfExists(directory.resolve("socket"));
            answerIsToldAndTheNextConnectionWorks(id, "xenstored sent", store -> store.transaction(tx -> true));
        }
    }

    @Test
    void list_in_parts_that_does_not_go_on_is_told() throws Exception {
        try (FakeXenstored fake = fake(peer -> {
                    Received list = peer.receive();
                    peer.answer(ERROR, list.id(), "E2BIG\0");
                    Received part = peer.receive();
                    peer.answer(part.type(), part.id(), "17\0");
                    peer.stall();
                });
                WireXenStore store = connect(PATIENT)) {
            assertThatExceptionOfType(ProtocolViolation.class)
                    .isThrownBy(() -> store.list("/a"))
                    .withMessageContaining("neither a name nor the end");
            assertThat(fake.received().get(1).payload()).isEqualTo("/a\0" + "0\0");
        }
    }

    @Test
    void list_in_parts_that_always_changes_gives_up() throws Exception {
        try (FakeXenstored fake = fake(peer -> {
                    int generation = 0;
                    while (true) {
                        Received request = peer.receive();
                        if (request.type() == PacketType.DIRECTORY.code()) {
                            peer.answer(ERROR, request.id(), "E2BIG\0");
                        } else {
                            peer.answer(request.type(), request.id(), generation++ + "\0name\0");
                        }
                    }
                });
                WireXenStore store = connect(PATIENT)) {
            assertThatExceptionOfType(XenStoreException.Refused.class)
                    .isThrownBy(() -> store.list("/a"))
                    .withMessageContaining("/a")
                    .withMessageContaining("changed while it was read");
            assertThat(fake.received()).hasSizeLessThan(100);
        }
    }

    @Test
    void unknown_error_word_is_passed_on() throws Exception {
        try (FakeXenstored fake = fake(peer -> {
                    Received request = peer.receive();
                    peer.answer(ERROR, request.id(), "EWEIRD\0");
                    peer.behave();
                });
                WireXenStore store = connect(PATIENT)) {
            assertThatExceptionOfType(XenStoreException.Refused.class)
                    .isThrownBy(() -> store.write("/a", "x"))
                    .withMessage("xenstore refused write /a: EWEIRD")
                    .satisfies(e -> assertThat(e.error()).isEqualTo("EWEIRD"));
            assertThat(store.find("/b")).as("the connection is still good").contains("/b");
            assertThat(fake.received()).hasSize(2);
        }
    }

    @Test
    void answers_out_of_order_and_in_single_bytes_reach_who_asked() throws Exception {
        try (FakeXenstored fake = fake(peer -> {
                    List<Received> requests = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        requests.add(peer.receive());
                    }
                    for (Received request : requests.reversed()) {
                        byte[] value = request.payload().getBytes(StandardCharsets.ISO_8859_1);
                        java.nio.ByteBuffer packet = java.nio.ByteBuffer.allocate(16 + value.length)
                                .order(java.nio.ByteOrder.nativeOrder())
                                .putInt(READ)
                                .putInt(request.id())
                                .putInt(0)
                                .putInt(value.length)
                                .put(value);
                        for (byte b : packet.array()) {
                            peer.raw(b);
                        }
                    }
                    peer.stall();
                });
                WireXenStore store = connect(PATIENT)) {
            assertThat(store.findAll(List.of("/a", "/b", "/c")))
                    .containsExactly(Optional.of("/a\0"), Optional.of("/b\0"), Optional.of("/c\0"));
            assertThat(fake.received()).hasSize(3);
        }
    }
}
