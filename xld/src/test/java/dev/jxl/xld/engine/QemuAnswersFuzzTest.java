package dev.jxl.xld.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xld.api.ToolstackException.DeviceModelFailed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers of a taken-over QEMU that are JSON and make no sense: what comes out of them is what QEMU can have meant, or an error. */
@Timeout(60)
class QemuAnswersFuzzTest {
    private static final int ROUNDS = 50_000;
    private static final List<Object> LEAVES = List.of(
            "serial0",
            "serial1",
            "serial00",
            "serial-1",
            "pty:/dev/pts/3",
            "pty:/dev/pts/../../etc/passwd",
            "pty:/etc/shadow",
            "pty:/dev/pts/99999999999",
            "127.0.0.1",
            "::1",
            "a b",
            "5900",
            "0",
            "99999",
            "-1",
            "",
            "\u0000",
            true,
            false,
            7L,
            -1L,
            1e300,
            "x".repeat(5000));
    private static final List<String> KEYS =
            List.of("label", "filename", "enabled", "host", "service", "frontend-open");

    private static Object random(RandomGenerator random, int depth) {
        int kind = random.nextInt(depth > 3 ? 1 : 4);
        if (kind == 2) {
            List<Object> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(random(random, depth + 1));
            }
            return list;
        }
        if (kind == 3) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                map.put(KEYS.get(random.nextInt(KEYS.size())), random(random, depth + 1));
            }
            return map;
        }
        return LEAVES.get(random.nextInt(LEAVES.size()));
    }

    @Test
    void whateverIsAnswered_onlyTerminalsAddressesAndPrintableTextComeOut() {
        RandomGenerator random = new Random(20_260_102);
        int understood = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Object answer = random(random, 0);
            try {
                QemuAnswers.terminals(answer).forEach((port, tty) -> {
                    assertThat(port).isBetween(0, 99);
                    assertThat(tty).matches("/dev/pts/[0-9]{1,7}");
                });
                understood++;
            } catch (DeviceModelFailed refused) {
                assertThat(refused).hasMessageContaining("query-chardev");
            }
            try {
                QemuAnswers.vnc(answer).ifPresent(at -> {
                    assertThat(at.host()).matches("[0-9A-Za-z.:_-]{1,255}");
                    assertThat(at.port()).isBetween(0, 65535);
                });
            } catch (DeviceModelFailed refused) {
                assertThat(refused).hasMessageContaining("query-vnc");
            }
            try {
                assertThat(QemuAnswers.monitorText(answer)).doesNotContainPattern("[\\p{Cntrl}&&[^\n\t]]");
            } catch (DeviceModelFailed refused) {
                assertThat(refused).hasMessageContaining("human-monitor-command");
            }
        }
        assertThat(understood).isGreaterThan(ROUNDS / 100);
    }
}
