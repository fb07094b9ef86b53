package dev.jxl.config.json;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecReading;
import dev.jxl.config.form.JsonText;
import dev.jxl.config.form.RecordWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * jxl's own JSON form of a domain, by {@code domain.schema.json}. The fields are those of the records; an amount of
 * memory is in KiB and its field's name ends so.
 */
public final class DomainSpecJson {
    private DomainSpecJson() {}

    /**
     * Reads a domain.
     *
     * @param text at most 1 MiB
     * @return the domain, or what is wrong with it, with JSON pointers; never throws for what is in the text
     */
    public static SpecReading read(String text) {
        return read(text, Optional.empty());
    }

    /**
     * Reads a domain whose files may be named from a folder.
     *
     * @param text at most 1 MiB
     * @param folder where relative paths begin; empty: they are errors
     * @return as {@link #read(String)}
     */
    public static SpecReading read(String text, Optional<Path> folder) {
        return new DomainSpecReader().read(text, folder);
    }

    /** Writes a domain: all that it says, with the defaults filled in. {@link #read(String)} gives the same domain again. */
    public static String write(DomainSpec spec) {
        return JsonText.write(RecordWriter.write(spec));
    }
}
