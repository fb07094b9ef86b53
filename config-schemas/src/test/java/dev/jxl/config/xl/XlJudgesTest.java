package dev.jxl.config.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecReading;
import dev.jxl.config.json.DomainSpecJson;
import dev.jxl.config.json.LibxlJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Odd files and what {@code xl create --dryrun} of Xen 4.20 answered to each. The reader must agree, except where the
 * lists here say why not.
 */
class XlJudgesTest {
    private static final String SILENT_DEFAULT = "xl warns and goes on with the default, jxl refuses";
    private static final String LATER = "xl create refuses it later, jxl at once";

    /** Files that xl takes and jxl refuses. */
    private static final Map<String, String> STRICTER = new TreeMap<>(Map.ofEntries(
            Map.entry("bad-octal", SILENT_DEFAULT),
            Map.entry("huge", SILENT_DEFAULT),
            Map.entry("negative", "xl takes it for a huge number, jxl refuses"),
            Map.entry("number-added", SILENT_DEFAULT),
            Map.entry("number-list", SILENT_DEFAULT),
            Map.entry("number-text", SILENT_DEFAULT),
            Map.entry("flag-word", SILENT_DEFAULT),
            Map.entry("escape-octal", "xl loses the character, jxl refuses"),
            Map.entry("disk-string", "xl drops the disk with a warning, jxl refuses"),
            Map.entry("disk-nested", "xl drops this disk and those after it, jxl refuses"),
            Map.entry("disk-bad-vdev", LATER),
            Map.entry("disk-dup", LATER),
            Map.entry("vif-string", "xl drops the card with a warning, jxl refuses"),
            Map.entry("vif-mac-bad", "xl goes on with half of the address, jxl refuses"),
            Map.entry("vif-mac-long", "xl ignores what is too much, jxl refuses"),
            Map.entry("vif-mac-multicast", "no bridge forwards to it, jxl refuses"),
            Map.entry("vif-ioemu-pvh", LATER),
            Map.entry("vif-rate-03", "less than a byte an interval: xl does not limit then, jxl refuses"),
            Map.entry("vif-rate-04", "less than a byte an interval: xl does not limit then, jxl refuses"),
            Map.entry("vif-type-bad", SILENT_DEFAULT)));

    /** Files that xl refuses and jxl takes. */
    private static final Set<String> KINDER = Set.of("comment-no-newline");

    static List<Case> cases() throws IOException {
        try (InputStream in = LibxlJson.class.getResourceAsStream("xl-4.20/odd.json")) {
            if (in == null) {
                throw new IOException("the test resource xl-4.20/odd.json is not there");
            }
            List<Case> cases = new ArrayList<>();
            for (JsonNode node : new ObjectMapper().readTree(in)) {
                cases.add(new Case(
                        node.get("name").textValue(),
                        node.get("file").textValue(),
                        node.get("exit").intValue() == 0,
                        node.path("json").toString()));
            }
            return cases;
        }
    }

    static Stream<Case> agreeing() throws IOException {
        return cases().stream().filter(c -> !STRICTER.containsKey(c.name()) && !KINDER.contains(c.name()));
    }

    @ParameterizedTest
    @MethodSource("agreeing")
    void anOddFile_isReadAsXlReadsIt(Case odd) throws IOException {
        SpecReading found = XlCfg.read(odd.file());
        assertEquals(odd.taken(), found.spec().isPresent(), () -> "jxl says " + found.problems());
        if (odd.taken()) {
            SpecReading expected = LibxlJson.read(odd.json());
            assertEquals(
                    comparable(expected.spec().orElseThrow(() -> new AssertionError(expected.problems()))),
                    comparable(found.spec().orElseThrow()));
        } else {
            assertTrue(found.problems().stream()
                    .anyMatch(p -> p.line() > 0 || p.message().startsWith("is missing")));
        }
    }

    /** libxl writes every card's number, also where the file has none and it is the card's place in the list. */
    private static String comparable(DomainSpec spec) throws IOException {
        JsonNode json = new ObjectMapper().readTree(DomainSpecJson.write(spec));
        for (int i = 0; i < json.get("nics").size(); i++) {
            ObjectNode nic = (ObjectNode) json.get("nics").get(i);
            if (nic.path("devid").asInt(-1) == i) {
                nic.remove("devid");
            }
        }
        return json.toPrettyString();
    }

    @Test
    void theDeliberateDifferences_areThoseOfTheLists() throws IOException {
        Set<String> stricter = new TreeSet<>();
        Set<String> kinder = new TreeSet<>();
        for (Case odd : cases()) {
            boolean taken = XlCfg.read(odd.file()).spec().isPresent();
            if (odd.taken() && !taken) {
                stricter.add(odd.name());
            } else if (!odd.taken() && taken) {
                kinder.add(odd.name());
            }
        }
        assertEquals(STRICTER.keySet(), stricter);
        assertEquals(KINDER, kinder);
    }

    /** One file and xl's answer. */
    record Case(String name, String file, boolean taken, String json) {
        @Override
        public String toString() {
            return name;
        }
    }
}
