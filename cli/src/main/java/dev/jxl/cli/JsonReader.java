package dev.jxl.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON into objects, lists, texts, numbers and booleans, by jackson-core's stream of tokens: binding to types would
 * cost more at each start than the rest of a command. Strict; what is null is left out.
 */
final class JsonReader {
    private static final int MAX_DEPTH = 64;

    /** Shared with {@link JsonLayout}. */
    static final JsonFactory FACTORY = new JsonFactory()
            .setStreamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());

    private JsonReader() {}

    /**
     * Reads one object.
     *
     * @throws IllegalArgumentException for anything else; the message says where
     */
    static JsonObject object(String text) {
        if (whole(text) instanceof JsonObject object) {
            return object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /**
     * Reads an array of objects.
     *
     * @throws IllegalArgumentException for anything else; the message says where
     */
    static List<JsonObject> objects(String text) {
        if (whole(text) instanceof List<?> list) {
            return objectsOf(list);
        }
        throw new IllegalArgumentException("not a JSON array");
    }

    static List<JsonObject> objectsOf(List<?> list) {
        List<JsonObject> all = new ArrayList<>(list.size());
        for (Object element : list) {
            if (element instanceof JsonObject object) {
                all.add(object);
            }
        }
        return all;
    }

    private static @Nullable Object whole(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new IllegalArgumentException("it is empty");
            }
            Object value = value(parser, first);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("something follows at its end");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What jackson-core says, with the place where it knows one. */
    static IllegalArgumentException unreadable(JsonProcessingException e) {
        JsonLocation place = e.getLocation();
        String where = place == null ? "" : "character " + place.getCharOffset() + ": ";
        return new IllegalArgumentException(where + e.getOriginalMessage(), e);
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> elements(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static JsonObject members(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            Object value = value(parser, parser.nextToken());
            if (value != null) {
                members.put(name, value);
            }
        }
        return new JsonObject(members);
    }

    private static List<Object> elements(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            Object value = value(parser, token);
            if (value != null) {
                elements.add(value);
            }
        }
        return elements;
    }
}
