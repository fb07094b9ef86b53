package dev.jxl.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Sets JSON out over lines, four spaces a level, as xl prints it. */
final class JsonLayout {
    private JsonLayout() {}

    /**
     * The same JSON, laid out.
     *
     * @throws IllegalArgumentException when it is not JSON; the message says where
     */
    static String lines(String json) {
        StringWriter out = new StringWriter(json.length() * 2);
        try (JsonParser parser = JsonReader.FACTORY.createParser(json);
                JsonGenerator generator = JsonReader.FACTORY.createGenerator(out)) {
            generator.setPrettyPrinter(printer());
            while (parser.nextToken() != null) {
                // Exact: a number keeps all its digits.
                generator.copyCurrentEventExact(parser);
            }
        } catch (JsonProcessingException e) {
            throw JsonReader.unreadable(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private static DefaultPrettyPrinter printer() {
        DefaultIndenter fourSpaces = new DefaultIndenter("    ", "\n");
        Separators separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        return new DefaultPrettyPrinter(separators)
                .withObjectIndenter(fourSpaces)
                .withArrayIndenter(fourSpaces);
    }
}
