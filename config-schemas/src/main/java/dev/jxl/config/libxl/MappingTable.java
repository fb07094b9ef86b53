package dev.jxl.config.libxl;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jxl.config.CpuSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code mapping.txt}: which field of libxl's configuration is which of jxl's form, read in both directions. */
final class MappingTable {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Section ALL = load();

    private MappingTable() {}

    /** A field: its paths, and the same to be looked up with. */
    record Row(String libxl, JsonPointer atLibxl, String jxl, JsonPointer atJxl, String codec) {
        static Row of(String libxl, String jxl, String codec) {
            return new Row(libxl, JsonPointer.compile("/" + libxl), jxl, JsonPointer.compile("/" + jxl), codec);
        }
    }

    /** The fields of an object, and the lists in it. */
    record Section(String libxl, String jxl, List<Row> rows, List<Section> lists) {}

    private static Section load() {
        try (InputStream in = MappingTable.class.getResourceAsStream("mapping.txt")) {
            if (in == null) {
                throw new IllegalStateException("mapping.txt is not in the jar");
            }
            return section(
                    "",
                    "",
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("#"))
                            .iterator());
        } catch (IOException unreadable) {
            throw new UncheckedIOException("mapping.txt cannot be read from the jar", unreadable);
        }
    }

    private static Section section(String libxl, String jxl, Iterator<String> lines) {
        List<Row> rows = new ArrayList<>();
        List<Section> lists = new ArrayList<>();
        while (lines.hasNext()) {
            List<String> words = List.of(lines.next().split(" "));
            switch (words.getFirst()) {
                case "list" -> lists.add(section(words.get(1), words.get(2), lines));
                case "end" -> {
                    return new Section(libxl, jxl, rows, lists);
                }
                default -> rows.add(Row.of(words.get(0), words.get(1), words.get(2)));
            }
        }
        return new Section(libxl, jxl, rows, lists);
    }

    static void toJxl(JsonNode libxl, ObjectNode jxl) {
        toJxl(ALL, libxl, jxl);
    }

    private static void toJxl(Section section, JsonNode from, ObjectNode to) {
        for (Row row : section.rows()) {
            JsonNode value = from.at(row.atLibxl());
            if (!saysNothing(value, row)) {
                put(to, row.jxl(), toJxl(value, row.codec()));
            }
        }
        for (Section list : section.lists()) {
            ArrayNode items = NODES.arrayNode();
            for (JsonNode item : from.at("/" + list.libxl())) {
                toJxl(list, item, items.addObject());
            }
            if (!items.isEmpty()) {
                put(to, list.jxl(), items);
            }
        }
    }

    /** libxl has words for "not said", and xl keeps empty texts. */
    private static boolean saysNothing(JsonNode value, Row row) {
        boolean noWord =
                row.codec().equals("word") && Set.of("unknown", "invalid").contains(value.asText());
        boolean noText = row.codec().equals("text")
                && value.asText().isEmpty()
                && !Set.of("name", "boot/commandLine", "value").contains(row.jxl());
        return value.isMissingNode() || value.isNull() || noWord || noText;
    }

    private static JsonNode toJxl(JsonNode value, String codec) {
        return switch (codec) {
            case "flag" -> BooleanNode.valueOf(value.asText().equals("True"));
            case "bit", "bool" ->
                BooleanNode.valueOf(value.isBoolean() ? value.booleanValue() : value.longValue() != 0);
            case "cpus" -> TextNode.valueOf(cpus(value));
            case "sets" -> {
                ArrayNode sets = NODES.arrayNode();
                value.forEach(set -> sets.add(cpus(set)));
                yield sets;
            }
            default -> value;
        };
    }

    private static String cpus(JsonNode bits) {
        List<Integer> numbers = new ArrayList<>();
        bits.forEach(bit -> numbers.add(Math.min(bit.intValue(), CpuSet.MOST - 1)));
        return new CpuSet(numbers).toString();
    }

    static void toLibxl(JsonNode jxl, ObjectNode libxl) {
        toLibxl(ALL, jxl, libxl);
    }

    private static void toLibxl(Section section, JsonNode from, ObjectNode to) {
        for (Row row : section.rows()) {
            JsonNode value = from.at(row.atJxl());
            if (!value.isMissingNode()) {
                put(to, row.libxl(), toLibxl(value, row.codec()));
            }
        }
        for (Section list : section.lists()) {
            ArrayNode items = NODES.arrayNode();
            for (JsonNode item : from.at("/" + list.jxl())) {
                toLibxl(list, item, items.addObject());
            }
            if (!items.isEmpty()) {
                put(to, list.libxl(), items);
            }
        }
    }

    private static JsonNode toLibxl(JsonNode value, String codec) {
        return switch (codec) {
            case "flag" -> TextNode.valueOf(value.booleanValue() ? "True" : "False");
            case "bit" -> IntNode.valueOf(value.booleanValue() ? 1 : 0);
            case "cpus" -> bits(value.textValue());
            case "sets" -> {
                ArrayNode sets = NODES.arrayNode();
                value.forEach(set -> sets.add(bits(set.textValue())));
                yield sets;
            }
            default -> value;
        };
    }

    private static ArrayNode bits(String cpus) {
        ArrayNode bits = NODES.arrayNode();
        CpuSet.parse(cpus).numbers().forEach(bits::add);
        return bits;
    }

    /** Puts a value at a path of objects, which are made. */
    static void put(ObjectNode root, String path, JsonNode value) {
        ObjectNode at = root;
        int from = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
            String part = path.substring(from, slash);
            at = at.get(part) instanceof ObjectNode there ? there : at.putObject(part);
            from = slash + 1;
        }
        at.set(path.substring(from), value);
    }

    /** The path in libxl's form of a JSON pointer of jxl's, or of what it is in. */
    static Optional<String> findLibxl(String pointer) {
        String rest = pointer.startsWith("/") ? pointer.substring(1) : pointer;
        return findLibxl(ALL, rest);
    }

    private static Optional<String> findLibxl(Section section, String path) {
        for (Section list : section.lists()) {
            if (path.startsWith(list.jxl() + "/")) {
                String rest = path.substring(list.jxl().length() + 1);
                int slash = rest.indexOf('/');
                String index = slash < 0 ? rest : rest.substring(0, slash);
                String at = list.libxl() + "/" + index;
                return slash < 0
                        ? Optional.of(at)
                        : Optional.of(findLibxl(list, rest.substring(slash + 1))
                                .map(f -> at + "/" + f)
                                .orElse(at));
            }
        }
        for (String at = path; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('/')))) {
            for (Row row : section.rows()) {
                if (row.jxl().equals(at)) {
                    return Optional.of(row.libxl());
                }
            }
        }
        return section.rows().stream()
                .filter(row -> row.jxl().startsWith(path + "/"))
                .map(Row::libxl)
                .findFirst();
    }
}
