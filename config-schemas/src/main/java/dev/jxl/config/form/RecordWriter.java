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
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;

/** Writes a record as a JSON object: what is empty is left out, and so is a group that says nothing. */
public final class RecordWriter {
    private RecordWriter() {}

    /** The object. */
    public static ObjectNode write(Record from) {
        ObjectNode out = JsonText.object();
        for (RecordComponent component : from.getClass().getRecordComponents()) {
            Object value = value(from, component);
            boolean silent = RecordFields.findDefault(component.getGenericType())
                    .filter(value::equals)
                    .isPresent();
            if (!silent && !RecordFields.BESIDE.contains(component.getName())) {
                put(out, RecordFields.name(component), value);
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

    private static Object value(Record from, RecordComponent component) {
        try {
            return component.getAccessor().invoke(from);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("a component of a public record cannot be read: " + component, impossible);
        }
    }
}
