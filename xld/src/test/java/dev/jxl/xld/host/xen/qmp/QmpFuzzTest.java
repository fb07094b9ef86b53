package dev.jxl.xld.host.xen.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a QEMU says that a guest has taken over: a message or an {@link IOException}, soon. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class QmpFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private static final List<String> SEEDS = List.of(
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 2, \"minor\": 0, \"major\": 10}, \"package\": \"Debian\"},"
                    + " \"capabilities\": [\"oob\"]}}",
            "{\"return\": {\"status\": \"running\", \"running\": true}, \"id\": 3}",
            "{\"timestamp\": {\"seconds\": 1795000000, \"microseconds\": 1}, \"event\": \"SHUTDOWN\", \"data\":"
                    + " {\"guest\": true, \"reason\": \"guest-shutdown\"}}",
            "{\"id\": 4, \"error\": {\"class\": \"GenericError\", \"desc\": \"Device 'ide5-cd0' not found\"}}",
            "{\"return\": [{\"device\": \"xvda\", \"size\": 18446744073709551615, \"ratio\": -1.5e300, \"x\": null}]}");

    private static final String PIECES = "{}[]\",:\\u0000eE+-.0123456789 truefalsenull\n\t";

    /** The answer, or what was wrong with it; no other end is allowed. */
    private static void assertAnswer(byte[] bytes) {
        try {
            Map<String, Object> message = QmpJson.read(bytes, bytes.length);
            assertThat(message).isNotNull();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    @Test
    void mutatedMessages_alwaysGiveAnAnswer() {
        Random random = new Random(20_261_125);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = mutate(SEEDS.get(random.nextInt(SEEDS.size())), random);
            try {
                assertAnswer(bytes);
            } catch (RuntimeException | StackOverflowError broken) {
                throw new AssertionError(
                        "round " + round + ": " + new String(bytes, StandardCharsets.ISO_8859_1), broken);
            }
        }
    }

    private static byte[] mutate(String seed, Random random) {
        byte[] bytes = seed.getBytes(StandardCharsets.UTF_8);
        for (int changes = 1 + random.nextInt(5); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) PIECES.charAt(random.nextInt(PIECES.length()));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length * 2 - at);
                    System.arraycopy(bytes, at, longer, bytes.length, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    static List<String> hugeMessages() {
        int size = QmpJson.MAX_BYTES - 64;
        return List.of(
                "{".repeat(size),
                "[".repeat(size),
                "{\"a\":" + "[".repeat(size),
                "{\"a\":" + "1".repeat(size) + "}",
                "{\"a\":\"" + "x".repeat(size) + "\"}",
                "{\"" + "x".repeat(size) + "\":1}",
                "{\"a\":[" + "1,".repeat(size / 2) + "1]}",
                "{\"a\":\"" + "\\u0041".repeat(size / 6) + "\"}",
                "{\"a\":" + " ".repeat(size) + "1}");
    }

    @ParameterizedTest
    @MethodSource("hugeMessages")
    void hugeMessage_isAnsweredSoon(String message) {
        Duration before = cpuTime();
        assertAnswer(message.getBytes(StandardCharsets.UTF_8));
        assertThat(cpuTime().minus(before)).isLessThanOrEqualTo(LONGEST);
    }

    /** Of this process, the compiler's and the collector's too: others may use the machine. */
    private static Duration cpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }
}
