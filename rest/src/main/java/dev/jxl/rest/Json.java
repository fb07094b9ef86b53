package dev.jxl.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;

/**
 * The API's JSON: records by their component names, an empty Optional is absent, an enum is its word in lower case with
 * dashes, a time is ISO 8601 in UTC, maps are sorted so that the same state is the same text.
 */
final class Json {
    private static final int MAX_DEPTH = 64;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(words())
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build());
    }

    private Json() {}

    /** The value's JSON in UTF-8. */
    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError("an answer has no JSON form: " + value.getClass(), e);
        }
    }

    /**
     * Checks that a text is one JSON object.
     *
     * @throws ApiException with line and column when it is not
     */
    static void requireObject(String text) {
        try (JsonParser parser = MAPPER.getFactory().createParser(text)) {
            if (parser.nextToken() != com.fasterxml.jackson.core.JsonToken.START_OBJECT) {
                throw ApiException.badRequest("the body is not a JSON object: a domain is described by {\"name\": …}");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw ApiException.badJson("something follows after the JSON object", parser.currentLocation());
            }
        } catch (JsonProcessingException e) {
            throw ApiException.badJson(e.getOriginalMessage(), e.getLocation());
        } catch (IOException e) {
            throw new AssertionError("a String cannot fail to be read", e);
        }
    }

    /**
     * Reads one JSON object.
     *
     * @throws ApiException with line and column when it is none
     */
    static JsonNode object(String text) {
        try {
            JsonNode node = MAPPER.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(text);
            if (!node.isObject()) {
                throw ApiException.badRequest("the body is not a JSON object: it is {\"name\": value, …}");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw ApiException.badJson(e.getOriginalMessage(), e.getLocation());
        }
    }

    private static SimpleModule words() {
        SimpleModule module = new SimpleModule("jxl");
        module.addSerializer(Instant.class, ToStringSerializer.instance);
        module.addSerializer(new WordSerializer());
        return module;
    }

    @SuppressWarnings("rawtypes")
    private static final class WordSerializer extends StdSerializer<Enum> {
        private static final long serialVersionUID = 1L;

        WordSerializer() {
            super(Enum.class);
        }

        @Override
        public void serialize(Enum value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }
}
