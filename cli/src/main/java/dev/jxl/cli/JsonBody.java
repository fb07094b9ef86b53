package dev.jxl.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.List;
import java.util.Optional;

/** A JSON object to send. */
final class JsonBody {
    private final StringBuilder members = new StringBuilder();

    JsonBody text(String name, String value) {
        return raw(name, '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"');
    }

    JsonBody text(String name, Optional<String> value) {
        value.ifPresent(v -> text(name, v));
        return this;
    }

    JsonBody number(String name, long value) {
        return raw(name, Long.toString(value));
    }

    JsonBody number(String name, Optional<Long> value) {
        value.ifPresent(v -> number(name, v));
        return this;
    }

    JsonBody flag(String name, boolean value) {
        return value ? raw(name, "true") : this;
    }

    JsonBody bool(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    /** All of them, also when there are none. */
    JsonBody list(String name, List<JsonBody> objects) {
        return raw(name, objects.toString());
    }

    JsonBody objects(String name, List<JsonBody> objects) {
        return objects.isEmpty() ? this : raw(name, objects.toString());
    }

    private JsonBody raw(String name, String json) {
        members.append(members.isEmpty() ? "" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(json);
        return this;
    }

    @Override
    public String toString() {
        return "{" + members + "}";
    }
}
