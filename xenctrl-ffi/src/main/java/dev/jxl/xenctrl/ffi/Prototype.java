package dev.jxl.xenctrl.ffi;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A C function's declaration, and what the linker needs to know of it (x86-64 only).
 *
 * @param text as in C, without the semicolon
 * @param symbol the function's name
 * @param descriptor its types
 */
public record Prototype(String text, String symbol, FunctionDescriptor descriptor) {
    private static final Pattern SHAPE = Pattern.compile("(?<type>.+?)(?<name>[a-z][a-z0-9_]*)\\((?<params>.*)\\)");
    private static final Pattern PARAMETER = Pattern.compile("(?<type>.*?)\\s*(?<name>[a-z_][a-z0-9_]*)(\\[])?");

    /**
     * Reads a declaration.
     *
     * @throws IllegalArgumentException for a type this class does not know
     */
    public static Prototype of(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw new IllegalArgumentException("not a C prototype: " + text);
        }
        List<MemoryLayout> parameters = new ArrayList<>();
        if (!shape.group("params").equals("void")) {
            for (String parameter : shape.group("params").split(",", -1)) {
                parameters.add(parameter(parameter.strip(), text));
            }
        }
        MemoryLayout[] layouts = parameters.toArray(MemoryLayout[]::new);
        FunctionDescriptor descriptor = type(shape.group("type").strip(), text)
                .map(result -> FunctionDescriptor.of(result, layouts))
                .orElseGet(() -> FunctionDescriptor.ofVoid(layouts));
        return new Prototype(text, shape.group("name"), descriptor);
    }

    private static MemoryLayout parameter(String parameter, String text) {
        Matcher shape = PARAMETER.matcher(parameter);
        if (parameter.endsWith("[]") || !shape.matches()) {
            return ValueLayout.ADDRESS;
        }
        return type(shape.group("type"), text)
                .orElseThrow(() -> new IllegalArgumentException("void parameter in " + text));
    }

    private static Optional<MemoryLayout> type(String type, String text) {
        if (type.contains("*")) {
            return Optional.of(ValueLayout.ADDRESS);
        }
        return switch (type) {
            case "void" -> Optional.empty();
            case "bool" -> Optional.of(ValueLayout.JAVA_BOOLEAN);
            case "uint8_t" -> Optional.of(ValueLayout.JAVA_BYTE);
            case "int",
                    "int32_t",
                    "unsigned",
                    "unsigned int",
                    "uint32_t",
                    "xs_transaction_t",
                    "xc_stream_type_t",
                    "xc_evtchn_port_or_error_t" -> Optional.of(ValueLayout.JAVA_INT);
            case "long", "unsigned long", "uint64_t", "xen_pfn_t", "size_t", "ssize_t" ->
                Optional.of(ValueLayout.JAVA_LONG);
            case "xc_cpumap_t", "xc_nodemap_t", "xen_domain_handle_t", "dumpcore_rtn_t" ->
                Optional.of(ValueLayout.ADDRESS);
            default -> throw new IllegalArgumentException("unknown C type \"" + type + "\" in " + text);
        };
    }
}
