package dev.jxl.config.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The JSON Schemas (2020-12) of what the API takes and gives. */
public final class Schemas {
    private static final List<String> NAMES =
            List.of("doctor", "domain", "domain-view", "event", "image", "operation", "problem");

    private Schemas() {}

    /** Their names, sorted. */
    public static List<String> listNames() {
        return NAMES;
    }

    /** A schema's text; empty when there is none of that name. */
    public static Optional<String> find(String name) {
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        try (InputStream in = Schemas.class.getResourceAsStream("schemas/" + name + ".schema.json")) {
            if (in == null) {
                throw new IllegalStateException("the schema " + name + " is not in the jar");
            }
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the schema " + name + " cannot be read from the jar", unreadable);
        }
    }
}
