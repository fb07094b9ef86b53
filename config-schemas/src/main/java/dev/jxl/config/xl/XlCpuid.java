package dev.jxl.config.xl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jxl.config.libxl.CpuFeature;
import java.util.List;
import java.util.Optional;

/**
 * What CPUID and feature MSRs say: {@code cpuid="host,sse3=0"} or the old {@code cpuid=["1:ecx=xxx…"]}.
 *
 * @source tools/libs/light/libxl_cpuid.c: libxl_cpuid_parse_config, libxl_cpuid_parse_config_xend
 */
final class XlCpuid {
    private static final long NO_SUBLEAF = 0xFFFF_FFFFL;

    private final XlSource in;
    private final ArrayNode leaves = JsonNodeFactory.instance.arrayNode();
    private final ArrayNode msrs = JsonNodeFactory.instance.arrayNode();

    XlCpuid(XlSource in) {
        this.in = in;
    }

    void read() {
        Optional<XlValue.Text> words = in.findQuietly("cpuid");
        if (words.isPresent()) {
            host(words.get());
        } else {
            for (XlValue.Text text : in.texts("cpuid")) {
                old(text.text()).ifPresent(why -> ignored(text.place(), text.text(), why));
            }
        }
        if (!leaves.isEmpty() || !msrs.isEmpty()) {
            ObjectNode policy = JsonNodeFactory.instance.objectNode();
            policy.set("cpuid", leaves);
            policy.set("msr", msrs);
            in.tree.put("b_info/cpuid", policy);
            in.mark("b_info/cpuid", "cpuid", in.placeOf("cpuid"));
        }
    }

    private void ignored(XlPlace place, String text, String why) {
        in.problems.ignored(place, "cpuid", "'" + Quoting.cut(text) + "': " + why);
    }

    private void host(XlValue.Text words) {
        List<Tokens.Token> tokens = Tokens.split(words, ',', false);
        if (tokens.isEmpty()) {
            return;
        }
        if (!tokens.getFirst().text().equals("host")) {
            ignored(words.place(), words.text(), "the first word must be host");
            return;
        }
        for (Tokens.Token token : tokens.subList(1, tokens.size())) {
            feature(token.text()).ifPresent(why -> ignored(token.place(), token.text(), why));
        }
    }

    private Optional<String> feature(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return Optional.of("has no '='");
        }
        Optional<CpuFeature> feature = CpuFeature.find(text.substring(0, equals), in.version());
        if (feature.isEmpty()) {
            return Optional.of("is not a feature that Xen " + in.version().word() + " knows");
        }
        String value = text.substring(equals + 1);
        return feature.get().isMsr() ? msr(feature.get(), value) : bits(feature.get(), value);
    }

    private Optional<String> msr(CpuFeature feature, String value) {
        ObjectNode entry = msrEntry(feature.leaf());
        if (value.length() != 1 || "01xks".indexOf(value.charAt(0)) < 0) {
            return Optional.of("the value must be 0, 1, x, k or s");
        }
        char bit = value.charAt(0) == 's' ? 'k' : value.charAt(0);
        StringBuilder policy = new StringBuilder(entry.get("policy").textValue());
        policy.setCharAt(63 - feature.bit(), bit);
        entry.put("policy", policy.toString());
        return Optional.empty();
    }

    private ObjectNode msrEntry(long index) {
        for (JsonNode entry : msrs) {
            if (entry.get("index").longValue() == index) {
                return (ObjectNode) entry;
            }
        }
        return msrs.addObject().put("index", (int) index).put("policy", "x".repeat(64));
    }

    private Optional<String> bits(CpuFeature feature, String value) {
        ObjectNode entry = leafEntry(feature.leaf(), feature.subleaf().orElse(NO_SUBLEAF));
        CNumber number = CNumber.unsigned(value, 0, 0);
        String flags;
        if (number.found(0)) {
            StringBuilder binary = new StringBuilder();
            for (int i = feature.length() - 1; i >= 0; i--) {
                binary.append((number.value() >>> i) & 1);
            }
            flags = binary.toString();
        } else if (!value.isEmpty() && "xks".indexOf(value.charAt(0)) >= 0) {
            flags = value.substring(0, 1).repeat(feature.length());
        } else {
            return Optional.of("the value must be a number, x, k or s");
        }
        StringBuilder register =
                new StringBuilder(entry.path(feature.register()).asText("x".repeat(32)));
        switch (feature.name()) {
            case "family" -> family(register, feature.bit(), number.value(), flags);
            case "model" -> {
                register.replace(12, 16, flags.substring(0, 4));
                place(register, feature.bit(), flags.substring(4));
            }
            default -> place(register, feature.bit(), flags);
        }
        entry.put(feature.register(), register.toString());
        return Optional.empty();
    }

    private static void place(StringBuilder register, int bit, String flags) {
        int from = 32 - flags.length() - bit;
        register.replace(from, from + flags.length(), flags);
    }

    /** The family has two fields: up to 15, and what is more. */
    private static void family(StringBuilder register, int bit, long number, String flags) {
        if (Long.compareUnsigned(number, 16) < 0) {
            place(register, bit, flags.substring(4));
            place(register, 20, "00000000");
            return;
        }
        long more = number - 15;
        StringBuilder extended = new StringBuilder(flags);
        for (int i = 0; i < 7; i++) {
            extended.setCharAt(7 - i, (char) ('0' + (more & 1)));
            more >>>= 1;
        }
        place(register, bit, "1111");
        place(register, 20, extended.toString());
    }

    private ObjectNode leafEntry(long leaf, long subleaf) {
        for (JsonNode entry : leaves) {
            if (entry.path("leaf").longValue() == leaf
                    && (entry.has("subleaf") ? entry.get("subleaf").longValue() : NO_SUBLEAF) == subleaf) {
                return (ObjectNode) entry;
            }
        }
        ObjectNode entry = leaves.addObject();
        if (leaf != NO_SUBLEAF) {
            entry.put("leaf", leaf);
        }
        if (subleaf != NO_SUBLEAF) {
            entry.put("subleaf", subleaf);
        }
        return entry;
    }

    /** {@code LEAF[,SUBLEAF]:eax=32 characters,…}; what was read before a mistake stays. */
    private Optional<String> old(String text) {
        CNumber leaf = CNumber.unsigned(text, 0, 0);
        if (!leaf.found(0)) {
            return Optional.of("does not start with a leaf's number");
        }
        long subleaf = NO_SUBLEAF;
        int at = leaf.end();
        if (at < text.length() && text.charAt(at) == ',') {
            CNumber number = CNumber.unsigned(text, at + 1, 0);
            if (!number.found(at + 1)) {
                return Optional.of("has no subleaf's number after the comma");
            }
            subleaf = number.value() & 0xFFFF_FFFFL;
            at = number.end();
        }
        if (at >= text.length() || text.charAt(at) != ':') {
            return Optional.of("has no ':' after the leaf");
        }
        return registers(text, at + 1, leafEntry(leaf.value() & 0xFFFF_FFFFL, subleaf));
    }

    private static Optional<String> registers(String text, int from, ObjectNode entry) {
        int at = from;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            boolean register = at + 2 < text.length()
                    && text.charAt(at) == 'e'
                    && text.charAt(at + 2) == 'x'
                    && text.charAt(at + 1) >= 'a'
                    && text.charAt(at + 1) <= 'd';
            if (!register || equals < 0) {
                return Optional.of("a register must be eax, ebx, ecx or edx");
            }
            int comma = text.indexOf(',', equals);
            int end = comma < 0 ? text.length() : comma;
            if (end - equals - 1 != 32) {
                return Optional.of("a register's text must have exactly 32 characters");
            }
            entry.put("e" + text.charAt(at + 1) + "x", text.substring(equals + 1, end));
            at = Math.min(text.length(), end + 1);
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
                at++;
            }
        }
        return Optional.empty();
    }
}
