package dev.jxl.config.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.jxl.config.XenVersion;
import dev.jxl.config.libxl.LibxlType.Kind;
import dev.jxl.config.libxl.LibxlType.Member;
import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a tree into the form that libxl writes: fields in its order, numbers as wide as C keeps them, nothing that is as
 * initialised.
 *
 * @source tools/libs/light/gentypes.py: libxl_C_type_gen_json, get_default_expr
 */
final class LibxlWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final XenVersion version;

    LibxlWriter(XenVersion version) {
        this.version = version;
    }

    ObjectNode struct(JsonNode from, LibxlType type) {
        ObjectNode out = NODES.objectNode();
        for (Member field : type.members()) {
            if (!field.in(version)) {
                continue;
            }
            if (field.type().startsWith("union:")) {
                union(from, LibxlTypes.require(field.type().substring("union:".length())), out);
                continue;
            }
            JsonNode value = value(from.path(field.name()), field.type(), field.initial());
            if (value != null) {
                out.set(field.name(), value);
            }
        }
        return out;
    }

    private void union(JsonNode from, LibxlType union, ObjectNode out) {
        LibxlType words = LibxlTypes.require(union.decidedBy());
        String word =
                from.path(union.field()).asText(words.word(words.initial()).orElse(""));
        union.find(word, version).ifPresent(variant -> {
            String key = union.field() + "." + word;
            out.set(
                    key,
                    variant.type().equals("-")
                            ? NODES.objectNode()
                            : struct(from.path(key), LibxlTypes.require(variant.type())));
        });
    }

    /** Null: as initialised, so left out. */
    private @Nullable JsonNode value(JsonNode value, String type, Optional<String> initial) {
        if (type.startsWith("list:")) {
            return value.isEmpty() ? null : list((ArrayNode) value, type.substring("list:".length()));
        }
        Optional<LibxlType> known = LibxlTypes.find(type);
        if (known.isPresent() && known.get().kind() == Kind.STRUCT) {
            return struct(value, known.get());
        }
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (known.isPresent()) {
            String first = known.get().word(known.get().initial()).orElse("");
            return value.asText().equals(first) ? null : value;
        }
        return switch (type) {
            case "string", "uuid", "mac", "defbool" -> value;
            case "bitmap", "string_list", "ms_vm_genid", "key_value_list", "hwcap" -> value.isEmpty() ? null : value;
            case "cpuid_policy_list" ->
                value.path("cpuid").isEmpty() && value.path("msr").isEmpty() ? null : value;
            default -> number(value, type, initial);
        };
    }

    private @Nullable JsonNode number(JsonNode value, String type, Optional<String> initial) {
        JsonNode held = narrow(value, type);
        JsonNode first = narrow(
                TextNode.valueOf(initial.orElse(type.equals("memkb") ? "18446744073709551615" : first(type))), type);
        return held.equals(first) ? null : held;
    }

    private static String first(String type) {
        return type.equals("devid") ? "-1" : "0";
    }

    /** A number as C keeps it in a field of that type. */
    static JsonNode narrow(JsonNode value, String type) {
        BigInteger number = value.isBoolean()
                ? BigInteger.valueOf(value.booleanValue() ? 1 : 0)
                : value.isTextual() ? new BigInteger(value.textValue()) : value.bigIntegerValue();
        return switch (type) {
            case "bool" -> BooleanNode.valueOf(number.signum() != 0);
            case "int", "devid" -> LongNode.valueOf(number.intValue());
            case "uint8" -> LongNode.valueOf(number.longValue() & 0xFF);
            case "uint16" -> LongNode.valueOf(number.longValue() & 0xFFFF);
            case "uint32", "domid" -> LongNode.valueOf(number.longValue() & 0xFFFF_FFFFL);
            case "uint64", "memkb" -> unsigned(number.longValue());
            default -> throw new IllegalStateException("libxl has no type " + type);
        };
    }

    private static JsonNode unsigned(long bits) {
        return bits >= 0 ? LongNode.valueOf(bits) : BigIntegerNode.valueOf(new BigInteger(Long.toUnsignedString(bits)));
    }

    private ArrayNode list(ArrayNode items, String type) {
        ArrayNode out = NODES.arrayNode();
        Optional<LibxlType> known = LibxlTypes.find(type);
        for (JsonNode item : items) {
            if (known.isPresent() && known.get().kind() == Kind.STRUCT) {
                out.add(struct(item, known.get()));
            } else {
                boolean plain = known.isPresent() || type.equals("bitmap") || item instanceof MissingNode;
                out.add(plain ? item : narrow(item, type));
            }
        }
        return out;
    }
}
