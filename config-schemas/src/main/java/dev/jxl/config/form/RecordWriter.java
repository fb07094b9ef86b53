package dev.jxl.config.form;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jxl.config.MemorySize;
import dev.jxl.config.Worded;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes a record as a JSON object: what is empty is left out, and so is a group that says nothing. */
public final class RecordWriter {
    /** What is looked up once for each class: reflection gives a copy each time, which begins slowly. */
    private static final ClassValue<List<Part>> PARTS = new ClassValue<>() {
        @Override
        protected List<Part> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .filter(component -> !RecordFields.BESIDE.contains(component.getName()))
                    .map(Part::of)
                    .toList();
        }
    };

    private RecordWriter() {}

    /**
     * A component that is written.
     *
     * @param name in JSON
     * @param accessor gives its value
     * @param silent the value that is left out
     */
    private record Part(String name, Method accessor, Optional<Object> silent) {
        static Part of(RecordComponent component) {
            return new Part(
                    RecordFields.name(component),
                    component.getAccessor(),
                    RecordFields.findDefault(component.getGenericType()));
        }

        Object value(Record from) {
            try {
                return accessor.invoke(from);
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(
                        "a component of a public record cannot be read: " + accessor, impossible);
            }
        }
    }

    /** The object. */
    public static ObjectNode write(Record from) {
        ObjectNode out = JsonText.object();
        for (Part part : PARTS.get(from.getClass())) {
            Object value = part.value(from);
            if (part.silent().filter(value::equals).isEmpty()) {
                put(out, part.name(), value);
            }
        }
        return out;
    }

    private static void put(ObjectNode out, String name, Object value) {
        if (value instanceof Optional<?> may) {
            may.ifPresent(there -> out.set(name, node(there)));
        } else {
            out.set(name, node(value));
        }
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case MemorySize memory -> LongNode.valueOf(memory.kib());
            case Boolean flag -> BooleanNode.valueOf(flag);
            case Integer number -> IntNode.valueOf(number);
            case Long number -> LongNode.valueOf(number);
            case Worded word -> TextNode.valueOf(word.word());
            case List<?> items -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                items.forEach(item -> array.add(node(item)));
                yield array;
            }
            case Record group when !RecordFields.TEXTS.containsKey(group.getClass()) -> write(group);
            default -> TextNode.valueOf(RecordFields.text(value));
        };
    }
}
