package dev.jxl.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jxl.config.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A request's JSON object: each member known by name and read by type; null is as if it were not there. */
final class Body {
    private final JsonNode object;

    private Body(JsonNode object, Set<String> known) {
        this.object = object;
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw ApiException.badRequest("unknown member '" + name + "': there are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        });
    }

    /**
     * Reads it.
     *
     * @throws ApiException when it is no JSON object, or has a member that is not known
     */
    static Body of(Exchange exchange, Set<String> known) throws IOException {
        String type = exchange.contentType();
        if (!type.equals("application/json")) {
            throw new ApiException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "this is asked with application/json, not '" + type + "'");
        }
        return new Body(Json.object(exchange.body()), known);
    }

    private Optional<JsonNode> member(String name) {
        return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
    }

    private static ApiException refusal(String name, String wanted) {
        return ApiException.badRequest("member '" + name + "' is " + wanted);
    }

    private static void require(boolean right, String name, String wanted) {
        if (!right) {
            throw refusal(name, wanted);
        }
    }

    Optional<String> text(String name) {
        return member(name).map(node -> {
            require(node.isTextual(), name, "a text");
            return node.asText();
        });
    }

    String requireText(String name) {
        return text(name).orElseThrow(() -> refusal(name, "missing: it is a text"));
    }

    Optional<Integer> number(String name) {
        return member(name).map(node -> {
            require(node.isIntegralNumber() && node.canConvertToInt(), name, "a whole number of at most 2147483647");
            return node.asInt();
        });
    }

    Optional<Long> longNumber(String name) {
        return member(name).map(node -> {
            require(node.isIntegralNumber() && node.canConvertToLong(), name, "a whole number");
            return node.asLong();
        });
    }

    long requireLong(String name) {
        return longNumber(name).orElseThrow(() -> refusal(name, "missing: it is a whole number"));
    }

    int requireNumber(String name) {
        return number(name).orElseThrow(() -> refusal(name, "missing: it is a whole number"));
    }

    boolean flag(String name) {
        Optional<JsonNode> node = member(name);
        node.ifPresent(n -> require(n.isBoolean(), name, "true or false"));
        return node.map(JsonNode::asBoolean).orElse(false);
    }

    /** The objects of an array; empty when it is not there. */
    List<Body> objects(String name, Set<String> known) {
        List<Body> all = new ArrayList<>();
        member(name).ifPresent(node -> {
            require(node.isArray(), name, "an array of objects");
            for (JsonNode element : node) {
                require(element.isObject(), name, "an array of objects");
                all.add(new Body(element, known));
            }
        });
        return List.copyOf(all);
    }
}
