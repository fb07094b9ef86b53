package dev.jxl.config.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.config.SpecReading;
import dev.jxl.config.XenVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the text: an answer, soon, and never an exception. */
class XlCfgFuzzTest {
    private static final String PIECES = "=+[],;'\"\\#\n\r\t \0:0x19afzXdisk vif memory name@é\uD83D";
    private static final int ROUNDS = 3000;

    /** By the clock: only what hangs is found by it, since others may use the machine. */
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Of a CPU: a second, and another one for what the virtual machine does beside. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** Of this process, the compiler's and the collector's too. */
    private static Duration cpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static void assertAnswerSoon(String text) {
        Assertions.assertTimeoutPreemptively(SOON, () -> {
            Duration before = cpuTime();
            assertAnswer(text);
            Duration used = cpuTime().minus(before);
            assertTrue(used.compareTo(LONGEST) <= 0, () -> "it took " + used.toMillis() + " ms of CPU time");
        });
    }

    private static void assertAnswer(String text) {
        XlConverted converted = XlCfg.convert(text, List.of(), XenVersion.USUAL, HostCpus.of(16, 8));
        boolean wrong = converted.problems().stream().anyMatch(p -> p.severity() == Severity.ERROR);
        assertEquals(
                wrong, converted.json().isEmpty(), () -> converted.problems().toString());
        SpecReading reading = XlCfg.read(text);
        boolean refused = reading.problems().stream().anyMatch(p -> p.severity() == Severity.ERROR);
        assertEquals(refused, reading.spec().isEmpty(), () -> reading.problems().toString());
    }

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void mutatedFiles_alwaysGiveAnAnswer() throws IOException {
        List<String> seeds = new ArrayList<>(
                XlJudgesTest.cases().stream().map(XlJudgesTest.Case::file).toList());
        seeds.addAll(XlCases.all().values().stream().limit(3000).toList());
        Random random = new Random(20_260_101);
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(seeds.get(random.nextInt(seeds.size())), seeds, random);
            try {
                assertAnswer(text);
            } catch (RuntimeException broken) {
                throw new AssertionError("round " + round + ", text:\n" + text, broken);
            }
        }
    }

    private static String mutate(String seed, List<String> seeds, Random random) {
        StringBuilder text = new StringBuilder(seed);
        for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                case 2 -> text.setLength(at);
                case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(40))));
                default -> text.append(seeds.get(random.nextInt(seeds.size())));
            }
        }
        return text.toString();
    }

    /** Texts that once did harm. */
    static List<Path> regressions() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/dev/jxl/config/xl/fuzz"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("regressions")
    void aTextThatOnceDidHarm_isAnsweredSoon(Path file) throws IOException {
        String text = Files.readString(file);
        assertAnswerSoon(text);
    }

    static List<String> hugeTexts() {
        int size = XlCfg.LONGEST_TEXT;
        return List.of(
                "a".repeat(size),
                "1".repeat(size),
                "[".repeat(size),
                "x=" + "[".repeat(size - 2),
                "x=[" + "1,".repeat(size / 2 - 4),
                "x='" + "a".repeat(size - 4) + "'",
                "x='" + "\\".repeat(size - 4) + "'",
                "disk=['" + "a:".repeat(size / 2 - 10) + "']",
                "disk=['" + "raw:".repeat(size / 4 - 10) + "']",
                "disk=[" + "'/a,raw,xvda,w',".repeat(size / 16 - 2) + "]",
                "vif=['" + ",".repeat(size - 20) + "']",
                "vif=[" + "'mac=1',".repeat(size / 8 - 2) + "]",
                "vif=['mac=" + ":".repeat(size - 30) + "']",
                "a+='x'\n".repeat(size / 7),
                "a+=['x']\n".repeat(size / 9),
                "a='x\n".repeat(size / 5),
                "\n".repeat(size),
                "#".repeat(size),
                "b=1;".repeat(size / 4),
                "vcpus=32768\ncpus='0-4095'",
                "vnuma=[" + "['vcpus=0-65535'],".repeat(size / 20) + "]",
                "llc_colors=[" + "'0-65535',".repeat(2000) + "]",
                "cpuid='host" + ",sse3=1".repeat(size / 8) + "'",
                "cpuid=[" + "'1:eax=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',".repeat(size / 42) + "]",
                "type='hvm'\nsmbios=[" + "'oem=a',".repeat(size / 9) + "]",
                "ioports=[" + "'1',".repeat(size / 5) + "]",
                "pci=[" + "'01:00.0',".repeat(size / 11) + "]",
                "vfb=[" + "'vnc=1',".repeat(size / 9) + "]");
    }

    @ParameterizedTest
    @MethodSource("hugeTexts")
    void aHugeText_isAnsweredSoon(String text) {
        assertAnswerSoon(text);
    }

    @Test
    void aTextThatIsTooLong_isRefused() {
        SpecReading reading = XlCfg.read(" ".repeat(XlCfg.LONGEST_TEXT + 1));
        assertTrue(reading.problems().getFirst().message().contains("longer than"));
    }
}
