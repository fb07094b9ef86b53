package dev.jxl.config.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Takes typed fields out of a JSON object and remembers which: the others are named at the end. */
final class JsonReader {
    private final ObjectNode object;
    private final String pointer;
    private final JsonProblems problems;
    private final Set<String> taken = new HashSet<>();

    JsonReader(ObjectNode object, String pointer, JsonProblems problems) {
        this.object = object;
        this.pointer = pointer;
        this.problems = problems;
    }

    /** The JSON pointer of a field. */
    String at(String field) {
        return pointer + "/" + field.replace("~", "~0").replace("/", "~1");
    }

    String pointer() {
        return pointer;
    }

    void error(String field, String message) {
        problems.error(at(field), message);
    }

    void warning(String field, String message) {
        problems.warning(at(field), message);
    }

    /** Whether the field is there and not null. */
    boolean has(String field) {
        return object.hasNonNull(field);
    }

    Optional<String> findText(String field) {
        return find(field).flatMap(node -> {
            if (!node.isTextual() || node.textValue().indexOf(0) >= 0) {
                error(field, "must be a text");
                return Optional.empty();
            }
            return Optional.of(node.textValue());
        });
    }

    /** A text that is not empty. */
    Optional<String> findName(String field) {
        return findText(field).filter(text -> {
            if (text.isEmpty()) {
                error(field, "is empty");
            }
            return !text.isEmpty();
        });
    }

    /** A text that another class understands; what that says of a wrong one is told. */
    <T> Optional<T> findParsed(String field, Function<String, T> parser) {
        return findText(field).flatMap(text -> {
            try {
                return Optional.of(parser.apply(text));
            } catch (IllegalArgumentException wrong) {
                error(field, JsonProblems.cut(String.valueOf(wrong.getMessage())));
                return Optional.empty();
            }
        });
    }

    /** One of these words. */
    <T> Optional<T> findWord(String field, Map<String, T> words) {
        return findText(field).flatMap(text -> {
            T value = words.get(text);
            if (value == null) {
                error(field, "'" + JsonProblems.cut(text) + "' is not one of " + String.join(", ", words.keySet()));
            }
            return Optional.ofNullable(value);
        });
    }

    Optional<Boolean> findFlag(String field) {
        return find(field).flatMap(node -> {
            if (!node.isBoolean()) {
                error(field, "must be true or false");
                return Optional.empty();
            }
            return Optional.of(node.booleanValue());
        });
    }

    Optional<Long> findNumber(String field, long least, long most) {
        return find(field).flatMap(node -> {
            boolean fits = node.isIntegralNumber()
                    && node.canConvertToLong()
                    && node.longValue() >= least
                    && node.longValue() <= most;
            if (!fits) {
                error(field, "must be a whole number from " + least + " to " + most);
                return Optional.empty();
            }
            return Optional.of(node.longValue());
        });
    }

    Optional<Integer> findInt(String field, int least, int most) {
        return findNumber(field, least, most).map(Long::intValue);
    }

    Optional<JsonReader> findObject(String field) {
        return find(field).flatMap(node -> {
            if (node instanceof ObjectNode child) {
                return Optional.of(new JsonReader(child, at(field), problems));
            }
            error(field, "must be an object");
            return Optional.empty();
        });
    }

    /** A list of objects. */
    List<JsonReader> listObjects(String field) {
        List<JsonReader> items = new ArrayList<>();
        find(field).ifPresent(node -> {
            if (!node.isArray()) {
                error(field, "must be a list");
            }
            for (int i = 0; node.isArray() && i < node.size(); i++) {
                if (node.get(i) instanceof ObjectNode child) {
                    items.add(new JsonReader(child, at(field) + "/" + i, problems));
                } else {
                    problems.error(at(field) + "/" + i, "must be an object");
                }
            }
        });
        return items;
    }

    /** A list of whole numbers, 0 or more. */
    Optional<List<Integer>> findIndexes(String field) {
        return find(field).map(node -> {
            List<Integer> numbers = new ArrayList<>();
            boolean right = node.isArray();
            for (JsonNode item : node) {
                right &= item.isInt() && item.intValue() >= 0;
                numbers.add(item.intValue());
            }
            if (!right) {
                error(field, "must be a list of whole numbers");
            }
            return numbers;
        });
    }

    /** Counts a field as known although nothing is made of it. */
    void skip(String... fields) {
        taken.addAll(List.of(fields));
    }

    /** The fields that nobody took. */
    List<String> listOthers() {
        List<String> others = new ArrayList<>();
        object.fieldNames().forEachRemaining(name -> {
            if (!taken.contains(name)) {
                others.add(name);
            }
        });
        return others;
    }

    /** The value of a field as it stands; for a decision about fields that are not in the model. */
    Optional<JsonNode> peek(String field) {
        return Optional.ofNullable(object.get(field));
    }

    private Optional<JsonNode> find(String field) {
        taken.add(field);
        return Optional.ofNullable(object.get(field)).filter(node -> !node.isNull());
    }

    /** Words for {@link #findWord}, in order. */
    static <T> Map<String, T> words(T[] values, Function<T, String> word) {
        Map<String, T> words = new LinkedHashMap<>();
        for (T value : values) {
            words.put(word.apply(value), value);
        }
        return words;
    }
}
