package dev.jxl.config.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.ErrorCode;
import dev.jxl.config.Field;
import dev.jxl.config.MemorySize;
import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecReading;
import dev.jxl.config.form.RecordFields;
import dev.jxl.config.stream.ImageReport;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas are the contract: valid, described, and the same as what the records and readers say. */
class SchemasTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    static List<String> names() {
        return Schemas.listNames();
    }

    private static JsonNode tree(String name) throws IOException {
        return JSON.readTree(Schemas.find(name).orElseThrow());
    }

    private static List<String> errors(String schema, JsonNode document) throws IOException {
        Schema compiled = REGISTRY.getSchema(tree(schema));
        return compiled.validate(document).stream().map(Object::toString).toList();
    }

    @Test
    void everyFileOfTheFolder_isListed() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("schemas"))) {
            List<String> found = files.map(f -> f.getFileName().toString().replace(".schema.json", ""))
                    .sorted()
                    .toList();
            assertEquals(Schemas.listNames(), found);
        }
        assertEquals(Optional.empty(), Schemas.find("../domain"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aSchema_isItselfValid(String name) throws IOException {
        Schema meta = REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertEquals(List.of(), meta.validate(tree(name)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aSchemasExamples_areValid(String name) throws IOException {
        JsonNode examples = tree(name).path("examples");
        assertFalse(examples.isEmpty());
        for (JsonNode example : examples) {
            assertEquals(List.of(), errors(name, example));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyField_isDescribedWithItsRange(String name) throws IOException {
        List<String> bare = new ArrayList<>();
        collectBare(tree(name), "", bare);
        assertEquals(List.of(), bare);
    }

    private static void collectBare(JsonNode schema, String path, List<String> bare) {
        schema.path("properties").properties().forEach(property -> {
            JsonNode field = property.getValue();
            String where = path + "/" + property.getKey();
            boolean unitSaid = !property.getKey().endsWith("Kib")
                    || field.path("description").asText().contains("KiB");
            boolean rangeSaid = !field.path("type").asText().equals("integer") || field.has("minimum");
            if (field.path("description").asText().isEmpty() || !unitSaid || !rangeSaid) {
                bare.add(where);
            }
            collectBare(field, where, bare);
            collectBare(field.path("items"), where + "/items", bare);
        });
    }

    @Test
    void theDomainsExamples_goThroughTheReaderAndBack() throws IOException {
        for (JsonNode example : tree("domain").get("examples")) {
            SpecReading reading = DomainSpecJson.read(example.toString());
            assertEquals(List.of(), reading.problems());
            DomainSpec spec = reading.spec().orElseThrow();
            String written = DomainSpecJson.write(spec);
            assertEquals(List.of(), errors("domain", JSON.readTree(written)));
            assertEquals(Optional.of(spec), DomainSpecJson.read(written).spec());
        }
    }

    @Test
    void theLastExample_hasEveryField() throws IOException {
        JsonNode schema = tree("domain");
        List<String> missing = new ArrayList<>();
        collectMissing(schema, schema.get("examples").get(3), "", missing);
        assertEquals(List.of(), missing);
    }

    /** A field counts as shown when one entry of the list that it stands in has it. */
    private static void collectMissing(JsonNode schema, JsonNode example, String at, List<String> missing) {
        schema.path("properties").properties().forEach(property -> {
            JsonNode field = property.getValue();
            String where = at + "/" + property.getKey();
            JsonNode shown = example.path(property.getKey());
            if (example.isArray()) {
                for (JsonNode entry : example) {
                    shown = shown.isMissingNode() ? entry.path(property.getKey()) : shown;
                }
            }
            if (shown.isMissingNode()) {
                missing.add(where);
            }
            collectMissing(field.has("items") ? field.get("items") : field, shown, where, missing);
        });
    }

    @Test
    void theRecordsAndTheSchemas_haveTheSameFieldsAndRanges() throws IOException {
        compare(DomainSpec.class, tree("domain"), "");
        compare(ImageReport.class, tree("image"), "");
        assertEquals(
                components(SpecProblem.class), fields(tree("problem").at("/properties/problems/items/properties")));
        assertEquals(
                components(SpecProblem.class), fields(tree("operation").at("/properties/warnings/items/properties")));
    }

    private static void compare(Class<?> type, JsonNode schema, String at) {
        assertEquals(components(type), fields(schema.get("properties")), at);
        for (RecordComponent component : type.getRecordComponents()) {
            Class<?> held = (Class<?>) RecordFields.held(component.getGenericType());
            String where = at + "/" + RecordFields.name(component);
            JsonNode field = schema.at("/properties/" + RecordFields.name(component));
            JsonNode inside = field.has("items") ? field.get("items") : field;
            Field rules = component.getAnnotation(Field.class);
            if (rules != null && inside.has("minimum")) {
                assertEquals(rules.least(), inside.get("minimum").longValue(), where);
                long greatest = held == int.class || held == Integer.class ? Integer.MAX_VALUE : Long.MAX_VALUE;
                assertEquals(
                        Math.min(rules.most(), greatest), inside.get("maximum").longValue(), where);
            }
            if (rules != null && !rules.orElse().isEmpty()) {
                assertEquals(rules.orElse(), field.path("default").asText(rules.orElse()), where);
            }
            if (held.isRecord() && !RecordFields.TEXTS.containsKey(held) && held != MemorySize.class) {
                compare(held, inside, where);
            }
        }
    }

    /** The names in JSON; the source text is kept beside, not in the form. */
    private static Set<String> components(Class<?> type) {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (!RecordFields.BESIDE.contains(component.getName())) {
                names.add(RecordFields.name(component));
            }
        }
        return names;
    }

    private static Set<String> fields(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void theProblemsCodes_areTheErrorCodes() throws IOException {
        List<String> codes = new ArrayList<>();
        tree("problem").at("/properties/code/enum").forEach(code -> codes.add(code.asText()));
        assertEquals(Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList(), codes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /name            | "a/b"
            /name            | ""
            /name            | 3
            /uuid            | "x"
            /type            | "vm"
            /memoryKib       | 0
            /memoryKib       | 1.5
            /memoryKib       | 99999999999999
            /memoryKib       | 99999999999999999999999
            /vcpus           | 0
            /vcpus           | 513
            /vcpus           | "2"
            /boot            | []
            /boot/kernel     | "vmlinuz"
            /boot/kernel     | "/a\\u0000b"
            /boot/initrd     | "/a"
            /disks           | {}
            /disks/0         | 3
            /disks/0/target  | "relative"
            /disks/0/target  | null
            /disks/0/format  | "empty"
            /disks/0/format  | "iso"
            /disks/0/cdrom   | true
            /disks/0/trusted | 1
            /disks/0/color   | "red"
            /nics/0/mac      | "00:16:3e:00:00"
            /nics/0/mac      | "01:16:3e:00:00:00"
            /nics/0/vifname  | "a name"
            /nics/0/vifname  | "abcdefghijklmnop"
            /nics/0/mtu      | 67
            /nics/0/ioemu    | true
            /nics/0/rateLimit | {}
            /nics/0/rateLimit/bytesPerInterval | 0
            /onEvents/crash  | "explode"
            /tscMode         | "fast"
            /hap             | "yes"
            /maxGrantVersion | 3
            /maxEventChannels | 0
            /pagingKib       | 0
            /e820Host        | true
            /pool            | ""
            /colour          | "red"
            """)
    void aWrongField_isRefusedByTheSchemaAndByTheReaderWithItsPointer(String pointer, String value) throws IOException {
        ObjectNode document = (ObjectNode) tree("domain").get("examples").get(2);
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = document.at(pointer.substring(0, slash));
        String last = pointer.substring(slash + 1);
        JsonNode wrong = JSON.readTree(value);
        if (parent instanceof ArrayNode list) {
            list.set(Integer.parseInt(last), wrong);
        } else {
            ((ObjectNode) parent).set(last, wrong);
        }
        assertFalse(errors("domain", document).isEmpty(), "the schema takes it");
        SpecReading reading = DomainSpecJson.read(document.toString());
        assertTrue(reading.spec().isEmpty(), "the reader takes it");
        String place = pointer.endsWith("/cdrom") ? "/disks/0/readWrite" : pointer;
        assertTrue(
                reading.problems().stream().anyMatch(p -> p.field().startsWith(place)),
                () -> reading.problems().toString());
    }

    @Test
    void whatOnlyTheReaderCanSee_isRefusedToo() {
        assertRefused("""
                {"name":"a","type":"pvh","memoryKib":2048,"maxMemoryKib":1024,"vcpus":2,"maxVcpus":1,
                 "boot":{"kernel":"/k"},"disks":[{"vdev":"xvda","target":"/a"},{"vdev":"51712","target":"/b"}],
                 "nics":[{},{"devid":0}]}""", "/maxMemoryKib", "/maxVcpus", "/disks/1/vdev", "/nics/1/devid");
        assertRefused("{\"type\":\"hvm\"}", "/name", "/memoryKib");
        assertRefused("", "");
        assertRefused("[1]", "");
        assertRefused("{\"name\":\"a\",\"name\":\"b\"}", "");
        assertRefused("{".repeat(5000), "");
        assertRefused("{} {}", "");
    }

    private static void assertRefused(String text, String... pointers) {
        SpecReading reading = DomainSpecJson.read(text);
        assertTrue(reading.spec().isEmpty());
        Set<String> found = new TreeSet<>();
        reading.problems().forEach(p -> found.add(p.field()));
        assertTrue(
                found.containsAll(List.of(pointers)), () -> reading.problems().toString());
    }
}
