package dev.jxl.config.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.config.SpecReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the JSON: an answer, soon, and never an exception. */
class JsonFuzzTest {
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1",
            "4294967296",
            "18446744073709551615",
            "1e400",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "\"True\"",
            "\"\\u0000\"",
            "123456789012345678901234567890");
    private static final int ROUNDS = 2000;

    private static List<String> seeds() throws IOException {
        List<String> seeds = new ArrayList<>();
        new ObjectMapper()
                .readTree(Schemas.find("domain").orElseThrow())
                .get("examples")
                .forEach(example -> seeds.add(example.toString()));
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/dev/jxl/config/json/xl-4.20"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".libxl.json"))
                    .sorted()
                    .toList()) {
                seeds.add(new ObjectMapper().readTree(file.toFile()).toString());
            }
        }
        for (JsonNode odd : new ObjectMapper()
                .readTree(Path.of("src/test/resources/dev/jxl/config/json/xl-4.20/odd.json")
                        .toFile())) {
            if (odd.has("json")) {
                seeds.add(odd.get("json").toString());
            }
        }
        return seeds;
    }

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void mutatedJson_alwaysGivesAnAnswer() throws IOException {
        List<String> seeds = seeds();
        Random random = new Random(20_251_125);
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(seeds.get(random.nextInt(seeds.size())), random);
            assertAnswer(DomainSpecJson::read, text);
            assertAnswer(LibxlJson::read, text);
        }
    }

    private static void assertAnswer(Function<String, SpecReading> reader, String text) {
        try {
            SpecReading reading = reader.apply(text);
            boolean refused = reading.problems().stream().anyMatch(p -> p.severity() == Severity.ERROR);
            assertEquals(refused, reading.spec().isEmpty(), () -> text + " " + reading.problems());
        } catch (RuntimeException broken) {
            throw new AssertionError("text: " + text, broken);
        }
    }

    /** Other values for some fields, or broken text. */
    private static String mutate(String seed, Random random) {
        StringBuilder text = new StringBuilder(seed);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int colon = text.indexOf(":", random.nextInt(text.length()));
            if (random.nextInt(8) == 0 || colon < 0) {
                text.deleteCharAt(random.nextInt(text.length()));
                continue;
            }
            int end = endOfValue(text, colon + 1);
            text.replace(colon + 1, end, VALUES.get(random.nextInt(VALUES.size())));
        }
        return text.toString();
    }

    private static int endOfValue(StringBuilder text, int from) {
        int depth = 0;
        boolean quoted = false;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            quoted ^= c == '"';
            depth += quoted ? 0 : c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (!quoted && (depth < 0 || (depth == 0 && c == ','))) {
                return at;
            }
        }
        return text.length();
    }
}
