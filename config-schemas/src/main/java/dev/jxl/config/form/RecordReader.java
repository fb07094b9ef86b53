package dev.jxl.config.form;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.CpuSet;
import dev.jxl.config.Field;
import dev.jxl.config.MemorySize;
import dev.jxl.config.Worded;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads records from JSON objects by their components and {@link Field}'s rules. Everything wrong is told at once. */
public final class RecordReader {
    /** What is looked up once for each class. */
    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    private final JsonProblems problems;

    /** One that tells its problems there. */
    public RecordReader(JsonProblems problems) {
        this.problems = problems;
    }

    /** The record; what is wrong with it has been told then, and something else is in its place, or there is none. */
    public <R extends Record> Optional<R> read(ObjectNode from, String pointer, Class<R> type) {
        Shape shape = SHAPES.get(type);
        List<RecordComponent> components = shape.components();
        @Nullable Object[] values = new Object[components.size()];
        Set<String> known = new HashSet<>();
        boolean complete = true;
        for (int i = 0; i < components.size(); i++) {
            String name = shape.names().get(i);
            known.add(name);
            JsonNode node = RecordFields.BESIDE.contains(name) ? null : from.get(name);
            String at = pointer + "/" + name;
            Object value = node == null || node.isNull()
                    ? absent(components.get(i), at)
                    : present(node, components.get(i).getGenericType(), rules(components.get(i)), at);
            values[i] = value != null ? value : substitute(components.get(i));
            complete &= values[i] != null;
        }
        for (String name : names(from)) {
            if (!known.contains(name)) {
                problems.error(pointer + "/" + JsonProblems.cut(name), "is not a field that is known here");
            }
        }
        return complete ? make(type, values, pointer) : Optional.empty();
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private <R extends Record> Optional<R> make(Class<R> type, @Nullable Object[] values, String pointer) {
        try {
            return Optional.of(type.cast(SHAPES.get(type).constructor().newInstance(values)));
        } catch (java.lang.reflect.InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException why) {
                problems.error(pointer, JsonProblems.cut(String.valueOf(why.getMessage())));
                return Optional.empty();
            }
            throw new IllegalStateException("a record could not be made: " + type, refused);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("a public record cannot be made: " + type, impossible);
        }
    }

    private static @Nullable Field rules(RecordComponent component) {
        return component.getAnnotation(Field.class);
    }

    private @Nullable Object absent(RecordComponent component, String at) {
        Type type = component.getGenericType();
        Field rules = rules(component);
        if (rules != null && !rules.orElse().isEmpty()) {
            return textually(rules.orElse(), (Class<?>) type);
        }
        if (rules != null && rules.mayBeEmpty()) {
            return "";
        }
        if (RecordFields.isOptional(type)) {
            return Optional.empty();
        }
        if (RecordFields.isList(type)) {
            return List.of();
        }
        if (type == boolean.class) {
            return false;
        }
        Optional<Object> group = RecordFields.findDefault(type);
        if (group.isEmpty()) {
            problems.error(at, "is missing");
        }
        return group.orElse(null);
    }

    /** Something in the place of a wrong value, so that what else is wrong can be told, too. */
    private static @Nullable Object substitute(RecordComponent component) {
        Type type = component.getGenericType();
        Field rules = rules(component);
        long least = rules == null ? 0 : Math.max(0, rules.least());
        if (RecordFields.isOptional(type)) {
            return Optional.empty();
        }
        if (RecordFields.isList(type)) {
            return List.of();
        }
        Class<?> plain = (Class<?>) type;
        if (plain == boolean.class) {
            return false;
        }
        if (plain == int.class) {
            return (int) least;
        }
        if (plain == long.class || plain == MemorySize.class) {
            return plain == long.class ? (Object) least : new MemorySize(least);
        }
        if (plain == String.class) {
            return "";
        }
        return plain.isEnum()
                ? plain.getEnumConstants()[0]
                : plain == Path.class
                        ? Path.of("/")
                        : RecordFields.findDefault(plain).orElse(null);
    }

    private static Object textually(String text, Class<?> type) {
        if (type == boolean.class) {
            return Boolean.valueOf(text);
        }
        if (type == int.class) {
            return Integer.valueOf(text);
        }
        return type == long.class
                ? (Object) Long.valueOf(text)
                : Objects.requireNonNull(words(type).get(text));
    }

    private @Nullable Object present(JsonNode node, Type type, @Nullable Field rules, String at) {
        if (RecordFields.isOptional(type)) {
            Object value = single(node, (Class<?>) RecordFields.held(type), rules, at);
            return value == null ? null : Optional.of(value);
        }
        return RecordFields.isList(type)
                ? list(node, (Class<?>) RecordFields.held(type), rules, at)
                : single(node, (Class<?>) type, rules, at);
    }

    private @Nullable Object list(JsonNode node, Class<?> type, @Nullable Field rules, String at) {
        if (!node.isArray()) {
            problems.error(at, "must be a list");
            return null;
        }
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            Object item = single(node.get(i), type, rules, at + "/" + i);
            if (item != null) {
                items.add(item);
            }
        }
        return items;
    }

    private @Nullable Object single(JsonNode node, Class<?> type, @Nullable Field rules, String at) {
        if (type == boolean.class || type == Boolean.class) {
            return node.isBoolean() ? (Object) node.booleanValue() : told(at, "must be true or false");
        }
        if (type == int.class || type == Integer.class) {
            Long number = number(node, rules, Integer.MAX_VALUE, at);
            return number == null ? null : (Object) number.intValue();
        }
        if (type == long.class || type == Long.class) {
            return number(node, rules, Long.MAX_VALUE, at);
        }
        if (type == MemorySize.class) {
            Long number = number(node, rules, 1L << 42, at);
            return number == null ? null : new MemorySize(number);
        }
        Function<String, ?> parser = RecordFields.TEXTS.get(type);
        if (type == String.class || type.isEnum() || parser != null) {
            String text = text(node, rules, type == CpuSet.class, at);
            return text == null ? null : type.isEnum() ? word(text, type, at) : parsed(text, parser, rules, at);
        }
        return node instanceof ObjectNode object
                ? read(object, at, type.asSubclass(Record.class)).orElse(null)
                : told(at, "must be an object");
    }

    private @Nullable Object told(String at, String message) {
        problems.error(at, message);
        return null;
    }

    private @Nullable Long number(JsonNode node, @Nullable Field rules, long greatest, String at) {
        long least = rules == null ? 0 : rules.least();
        long most = rules == null ? greatest : Math.min(greatest, rules.most());
        boolean fits = node.isIntegralNumber()
                && node.canConvertToLong()
                && node.longValue() >= least
                && node.longValue() <= most;
        if (!fits) {
            problems.error(at, "must be a whole number from " + least + " to " + most);
            return null;
        }
        return node.longValue();
    }

    private @Nullable String text(JsonNode node, @Nullable Field rules, boolean set, String at) {
        if (!node.isTextual()) {
            problems.error(at, "must be a text");
            return null;
        }
        String text = node.textValue();
        if (text.indexOf(0) >= 0) {
            problems.error(at, "has a NUL character");
            return null;
        }
        boolean mayBeEmpty = set || (rules != null && rules.mayBeEmpty());
        if (text.isEmpty() && !mayBeEmpty) {
            problems.error(at, "is empty");
            return null;
        }
        if (rules != null && !rules.pattern().isEmpty() && !text.matches(rules.pattern())) {
            problems.error(at, "'" + JsonProblems.cut(text) + "' does not look like " + rules.pattern());
            return null;
        }
        return text;
    }

    private @Nullable Object parsed(
            String text, @Nullable Function<String, ?> parser, @Nullable Field rules, String at) {
        if (parser == null) {
            return text;
        }
        try {
            Object value = parser.apply(text);
            boolean relative = rules != null && rules.file() && value instanceof Path path && !path.isAbsolute();
            return relative ? told(at, "must be a whole path that starts with '/'") : value;
        } catch (IllegalArgumentException wrong) {
            return told(at, JsonProblems.cut(String.valueOf(wrong.getMessage())));
        }
    }

    private @Nullable Object word(String text, Class<?> type, String at) {
        Map<String, Object> words = words(type);
        Object value = words.get(text);
        return value != null
                ? value
                : told(at, "'" + JsonProblems.cut(text) + "' is not one of " + String.join(", ", words.keySet()));
    }

    private static Map<String, Object> words(Class<?> type) {
        Map<String, Object> words = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            words.put(((Worded) constant).word(), constant);
        }
        return words;
    }

    /** A record's components with their names in JSON, and what makes one. */
    private record Shape(List<RecordComponent> components, List<String> names, Constructor<?> constructor) {
        static Shape of(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            List<String> names = new ArrayList<>();
            for (int i = 0; i < types.length; i++) {
                types[i] = components[i].getType();
                names.add(RecordFields.name(components[i]));
            }
            try {
                return new Shape(List.of(components), List.copyOf(names), type.getConstructor(types));
            } catch (NoSuchMethodException impossible) {
                throw new IllegalStateException("a public record cannot be made: " + type, impossible);
            }
        }
    }
}
