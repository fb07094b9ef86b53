package dev.jxl.xld.host.xen.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a taken-over QEMU sends: a message, or an error that names no stack; never a crash, a hang, or memory without end. */
@Timeout(60)
class QmpFuzzTest {
    private static final int ROUNDS = 30_000;
    private static final List<String> SEEDS = List.of(
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 3, \"minor\": 0, \"major\": 10}}, \"capabilities\": [\"oob\"]}}",
            "{\"return\": [{\"frontend-open\": true, \"filename\": \"pty:/dev/pts/3\", \"label\": \"serial0\"}], \"id\": \"jxl-2\"}",
            "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Device 'ide-5632' is locked\"}, \"id\": \"jxl-9\"}",
            "{\"timestamp\": {\"seconds\": 1764096000, \"microseconds\": 1e3}, \"event\": \"SHUTDOWN\", \"data\": null}",
            "{\"return\": {\"host\": \"::1\", \"service\": \"5900\", \"enabled\": true, \"n\": -18446744073709551615}}");
    private static final String PIECES = "{}[]\",:\\u0000\u00e9\ud83d0123456789eE+-.ntrufalse \t";

    @Test
    void mutatedMessages_areReadOrRefused() {
        RandomGenerator random = new Random(20_260_101);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutated(random, SEEDS.get(random.nextInt(SEEDS.size())));
            try {
                Map<String, Object> message = QmpJson.read(bytes, bytes.length);
                assertThat(QmpJson.write(Map.of("again", "x"))).isNotEmpty();
                read += message.isEmpty() ? 0 : 1;
            } catch (IOException refused) {
                assertThat(QmpException.printable(String.valueOf(refused.getMessage())))
                        .hasSizeLessThan(600);
            }
        }
        // Both ways out were taken.
        assertThat(read).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
    }

    private static byte[] mutated(RandomGenerator random, String seed) {
        StringBuilder text = new StringBuilder(seed);
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 1 -> text.setLength(at);
                case 2 -> text.insert(at, SEEDS.get(random.nextInt(SEEDS.size())));
                default -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(4) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** Regressions and corners, by hand. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":[",
                "{\"a\":1}{",
                "{\"a\":1,\"a\":2}",
                "{\"a\":NaN}"
            })
    void halfMessages_areRefused(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(refusal(bytes)).isInstanceOf(IOException.class);
    }

    @Test
    void hugeNumbersNamesAndDepths_areRefused() {
        for (String text : List.of(
                "{\"a\":" + "9".repeat(100) + "}",
                "{\"" + "n".repeat(100_000) + "\":1}",
                "{\"a\":" + "[".repeat(10_000),
                "{\"a\":1e" + "9".repeat(100) + "}")) {
            assertThat(refusal(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text.substring(0, 20))
                    .isInstanceOf(IOException.class);
        }
    }

    private static Throwable refusal(byte[] bytes) {
        try {
            return new AssertionError("it was read: " + QmpJson.read(bytes, bytes.length));
        } catch (IOException e) {
            return e;
        }
    }
}
