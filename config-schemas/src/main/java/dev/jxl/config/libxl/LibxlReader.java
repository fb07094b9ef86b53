package dev.jxl.config.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.XenVersion;
import dev.jxl.config.libxl.LibxlType.Kind;
import dev.jxl.config.libxl.LibxlType.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Holds JSON from anywhere against libxl's types. */
public final class LibxlReader {
    /** Fields that say nothing about the guest. */
    private static final Set<String> SILENT = Set.of("ssidref", "exec_ssidref", "device_model_ssidref", "poolid");

    private final XenVersion version;
    private final BiConsumer<String, String> errors;
    private final BiConsumer<String, String> warnings;

    private LibxlReader(XenVersion version, BiConsumer<String, String> errors, BiConsumer<String, String> warnings) {
        this.version = version;
        this.errors = errors;
        this.warnings = warnings;
    }

    /**
     * Checks a tree that was read, and gives each union's deciding field the value that its variant says.
     *
     * @param errors takes a JSON pointer and half a sentence for what libxl would not read
     * @param warnings the same for fields that nobody knows, which are taken out
     */
    public static void check(LibxlTree tree, BiConsumer<String, String> errors, BiConsumer<String, String> warnings) {
        new LibxlReader(tree.version(), errors, warnings).struct(tree.root(), LibxlTypes.require("domain_config"), "");
    }

    private void struct(JsonNode value, LibxlType type, String at) {
        if (!(value instanceof ObjectNode object)) {
            errors.accept(at, "must be an object");
            return;
        }
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            String where = at + "/" + name;
            Optional<Member> field = type.find(name, version);
            Optional<Member> union = name.indexOf('.') < 0
                    ? Optional.empty()
                    : type.find(name.substring(0, name.indexOf('.')), version)
                            .filter(m -> m.type().startsWith("union:"));
            if (union.isPresent()) {
                variant(object, union.get(), name, where);
            } else if (field.isPresent()) {
                value(object.get(name), field.get().type(), where);
            } else if (!SILENT.contains(name)) {
                warnings.accept(where, "is not a field that libxl has: left out");
                object.remove(name);
            }
        }
    }

    private void variant(ObjectNode object, Member union, String name, String where) {
        String word = name.substring(name.indexOf('.') + 1);
        Optional<Member> variant =
                LibxlTypes.require(union.type().substring("union:".length())).find(word, version);
        if (variant.isEmpty()) {
            errors.accept(where, "is not a variant that libxl has");
            return;
        }
        object.put(union.name(), word);
        if (!variant.get().type().equals("-")) {
            struct(object.get(name), LibxlTypes.require(variant.get().type()), where);
        }
    }

    private void value(JsonNode value, String type, String at) {
        if (type.startsWith("list:")) {
            list(value, type.substring("list:".length()), at);
            return;
        }
        if (type.startsWith("union:")) {
            return;
        }
        Optional<LibxlType> known = LibxlTypes.find(type);
        if (known.isPresent() && known.get().kind() == Kind.STRUCT) {
            struct(value, known.get(), at);
        } else if (known.isPresent()) {
            word(value, known.get(), at);
        } else {
            plain(value, type, at);
        }
    }

    private void list(JsonNode value, String type, String at) {
        if (!value.isArray()) {
            errors.accept(at, "must be a list");
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            value(value.get(i), type, at + "/" + i);
        }
    }

    private void word(JsonNode value, LibxlType words, String at) {
        if (!value.isTextual() || words.findWord(value.textValue(), version).isEmpty()) {
            errors.accept(
                    at,
                    "must be one of "
                            + String.join(
                                    ", ",
                                    words.members().stream().map(Member::name).toList()));
        }
    }

    private void plain(JsonNode value, String type, String at) {
        switch (type) {
            case "string", "uuid", "mac" -> {
                if (!value.isNull() && (!value.isTextual() || value.textValue().indexOf(0) >= 0)) {
                    errors.accept(at, "must be a text without NUL");
                }
            }
            case "defbool" -> {
                if (!Set.of("True", "False", "<default>").contains(value.asText())) {
                    errors.accept(at, "must be \"True\" or \"False\"");
                }
            }
            case "bool" -> {
                if (!value.isBoolean()) {
                    errors.accept(at, "must be true or false");
                }
            }
            case "bitmap", "ms_vm_genid" -> numbers(value, at);
            case "string_list" -> texts(value, at);
            case "cpuid_policy_list", "key_value_list", "hwcap" -> {
                if (!value.isContainerNode()) {
                    errors.accept(at, "must be an object or a list");
                }
            }
            default -> number(value, type, at);
        }
    }

    private void numbers(JsonNode value, String at) {
        boolean right = value.isArray();
        for (JsonNode item : value) {
            right &= item.isInt() && item.intValue() >= 0;
        }
        if (!right) {
            errors.accept(at, "must be a list of whole numbers");
        }
    }

    private void texts(JsonNode value, String at) {
        boolean right = value.isArray() || value.isNull();
        for (JsonNode item : value) {
            right &= item.isTextual() || item.isNull();
        }
        if (!right) {
            errors.accept(at, "must be a list of texts");
        }
    }

    private void number(JsonNode value, String type, String at) {
        boolean signed = Set.of("int", "devid").contains(type);
        boolean right = value.isIntegralNumber()
                && value.bigIntegerValue().bitLength() <= 64
                && (signed || value.bigIntegerValue().signum() >= 0);
        if (!right) {
            errors.accept(at, "must be a whole number" + (signed ? "" : ", 0 or more"));
        }
    }
}
