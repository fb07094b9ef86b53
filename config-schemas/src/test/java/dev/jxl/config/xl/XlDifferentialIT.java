package dev.jxl.config.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.XenVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real xl and jxl read the same files: both take or both refuse, and the JSON is the same. */
class XlDifferentialIT {
    private static final int LEAST_CASES = 5000;
    private static final int MOST_SHOWN = 60;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HostCpus HOST = HostCpus.of(16, 8);

    @TempDir
    private Path directory;

    /** A difference that is meant: files whose text matches, and why. */
    private record Meant(Pattern text, String why) {}

    private static List<Meant> meant() throws IOException {
        try (InputStream in = XlDifferentialIT.class.getResourceAsStream("differences.txt")) {
            if (in == null) {
                throw new IOException("the test resource differences.txt is not there");
            }
            List<Meant> meant = new ArrayList<>();
            String why = "";
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith("  ")) {
                    meant.add(new Meant(Pattern.compile(line.substring(2), Pattern.DOTALL), why));
                } else if (!line.startsWith("#")) {
                    why = line;
                }
            }
            return meant;
        }
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void jxlReadsAFile_asXlDoes() throws IOException, InterruptedException, ExecutionException {
        Map<String, String> cases = XlCases.all();
        assertTrue(cases.size() >= LEAST_CASES, () -> "only " + cases.size() + " cases");
        RealXl xl = RealXl.prepare(directory);
        Map<String, Path> files = new TreeMap<>();
        for (Map.Entry<String, String> odd : cases.entrySet()) {
            files.put(odd.getKey(), Files.writeString(directory.resolve(odd.getKey()), odd.getValue()));
        }
        Map<Path, Integer> codes = xl.readAll(List.copyOf(files.values()));
        assertEquals(files.size(), codes.size(), "xl answered to all");
        List<Meant> meant = meant();
        Map<String, Integer> expected = new TreeMap<>();
        List<String> others = new ArrayList<>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            String text = cases.get(file.getKey());
            Optional<String> difference = difference(text, file.getValue(), codes.get(file.getValue()), xl.version());
            if (difference.isPresent()) {
                Optional<String> why = meant.stream()
                        .filter(m -> m.text().matcher(text).find())
                        .map(Meant::why)
                        .findFirst();
                why.ifPresentOrElse(
                        w -> expected.merge(w, 1, Integer::sum),
                        () -> others.add(file.getKey() + ": " + difference.get() + "\n--- file:\n" + text));
            }
        }
        int differences = expected.values().stream().mapToInt(n -> n).sum() + others.size();
        System.out.println(
                "xl " + xl.version().word() + " as judge: " + cases.size() + " cases, " + (cases.size() - differences)
                        + " agreements, " + differences + " differences, of which meant: " + expected);
        assertTrue(
                others.isEmpty(),
                () -> others.size() + " differences that nobody meant:\n"
                        + String.join("\n", others.subList(0, Math.min(MOST_SHOWN, others.size()))));
    }

    private static Optional<String> difference(String text, Path file, int code, XenVersion version)
            throws IOException {
        XlConverted found = XlCfg.convert(text, List.of(), version, HOST);
        if ((code == 0) != found.json().isPresent()) {
            return Optional.of(
                    code == 0
                            ? "xl takes it, jxl says " + found.problems()
                            : "xl refuses it (" + code + "), jxl takes it");
        }
        if (code != 0) {
            return Optional.empty();
        }
        JsonNode expected =
                JSON.readTree(file.resolveSibling(file.getFileName() + ".out").toFile());
        JsonNode given = JSON.readTree(found.json().orElseThrow());
        String uuid = expected.at("/c_info/uuid").asText("-");
        boolean random = !text.toLowerCase(Locale.ROOT).contains(uuid);
        withoutChance(expected, random);
        withoutChance(given, random);
        return expected.equals(given)
                ? Optional.empty()
                : Optional.of("xl's JSON is\n" + expected + "\njxl's is\n" + given);
    }

    /** What each makes up by itself. */
    private static void withoutChance(JsonNode json, boolean randomUuid) {
        if (json.at("/b_info/type.hvm") instanceof ObjectNode hvm && hvm.has("ms_vm_genid")) {
            hvm.put("ms_vm_genid", hvm.get("ms_vm_genid").size());
        }
        if (randomUuid && json.get("c_info") instanceof ObjectNode create) {
            create.remove("uuid");
        }
    }
}
