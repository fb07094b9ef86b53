package dev.jxl.xld.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
            "pci-pt-00_10.0",
            "x".repeat(5000));
    private static final List<String> KEYS = List.of(
            "label",
            "filename",
            "enabled",
            "host",
            "service",
            "frontend-open",
            "devices",
            "qdev_id",
            "slot",
            "function");

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
                QemuAnswers.place(answer, "pci-pt-00_10.0")
                        .ifPresent(place -> assertThat(place).isBetween(0, 255));
            } catch (DeviceModelFailed refused) {
                assertThat(refused).hasMessageContaining("query-pci");
            }
            try {
                assertThat(QemuAnswers.monitorText(answer)).doesNotContainPattern("[\\p{Cntrl}&&[^\n\t]]");
            } catch (DeviceModelFailed refused) {
                assertThat(refused).hasMessageContaining("human-monitor-command");
            }
        }
        assertThat(understood).isGreaterThan(ROUNDS / 100);
    }

    @Test
    void pciDevice_isFoundAtItsPlace() {
        Object answer = List.of(Map.of(
                "bus",
                0L,
                "devices",
                List.of(
                        Map.of("qdev_id", "", "slot", 1L, "function", 0L),
                        Map.of("qdev_id", "pci-pt-00_10.0", "slot", 5L, "function", 2L))));
        assertThat(QemuAnswers.place(answer, "pci-pt-00_10.0")).hasValue(0x2a);
        assertThat(QemuAnswers.place(answer, "pci-pt-00_11.0")).isEmpty();
        assertThatThrownBy(() -> QemuAnswers.place(
                        List.of(Map.of("devices", List.of(Map.of("qdev_id", "x", "slot", 32L, "function", 0L)))), "x"))
                .isInstanceOf(DeviceModelFailed.class);
    }
}
