package dev.jxl.config.xl;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.NotYet;
import dev.jxl.config.SpecChecks;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.config.SpecReading;
import dev.jxl.config.XenVersion;
import dev.jxl.config.form.JsonText;
import dev.jxl.config.libxl.LibxlSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads xl.cfg, the configuration language of xl.
 *
 * <p>Where xl would only mumble and go on with something else than the file says (a number that is none, a list where a
 * text belongs), this reader refuses; where xl is silent (a key that nobody knows), it warns.
 */
public final class XlCfg {
    /** The longest text that is read, in characters. */
    public static final int LONGEST_TEXT = 1 << 18;

    /** The most overrides that are taken. */
    public static final int MOST_OVERRIDES = 1000;

    private XlCfg() {}

    /**
     * Reads a file's text.
     *
     * @param text the whole file, at most {@value #LONGEST_TEXT} characters
     * @return the domain, or what is wrong with it; never throws for what is in the text
     */
    public static SpecReading read(String text) {
        return read(text, List.of());
    }

    /**
     * Reads a file's text and what was given on the command line beside it.
     *
     * @param text the whole file, at most {@value #LONGEST_TEXT} characters
     * @param overrides {@code key=value} in the same language (text in quotes), as if they stood at the end of the
     *     file; their problems have line 0
     * @return the domain, or what is wrong with it; never throws for what is in the text
     */
    public static SpecReading read(String text, List<String> overrides) {
        return read(text, overrides, HostCpus.UNKNOWN);
    }

    /**
     * Reads a file for a host.
     *
     * @param text the whole file, at most {@value #LONGEST_TEXT} characters
     * @param overrides as for {@link #read(String, List)}
     * @param host its CPUs
     * @return the domain, or what is wrong with it; never throws for what is in the text
     */
    public static SpecReading read(String text, List<String> overrides, HostCpus host) {
        return read(text, overrides, host, Optional.empty());
    }

    /**
     * Reads a file of a user who is in a folder.
     *
     * @param text the whole file, at most {@value #LONGEST_TEXT} characters
     * @param overrides as for {@link #read(String, List)}
     * @param host its CPUs
     * @param folder where relative paths of kernels and disks begin, as for xl in its working directory; empty: they are
     *     errors
     * @return the domain, or what is wrong with it; never throws for what is in the text
     */
    public static SpecReading read(String text, List<String> overrides, HostCpus host, Optional<Path> folder) {
        return read(text, overrides, XenVersion.USUAL, host, folder, true);
    }

    /** Reads a file also when this jxl cannot make such a domain. */
    static SpecReading readAny(
            String text, List<String> overrides, XenVersion version, HostCpus host, Optional<Path> folder) {
        return read(text, overrides, version, host, folder, false);
    }

    private static SpecReading read(
            String text,
            List<String> overrides,
            XenVersion version,
            HostCpus host,
            Optional<Path> folder,
            boolean forCreate) {
        XlProblems problems = new XlProblems(false);
        Optional<DomainSpec> spec = source(text, overrides, version, host, problems)
                .flatMap(in -> spec(in, together(text, overrides), folder, forCreate));
        return new SpecReading(problems.anyError() ? Optional.empty() : spec, problems.list());
    }

    /**
     * What {@code xl create --dryrun} prints for a file: it agrees with xl also where jxl would not make such a domain.
     *
     * @param text the whole file, at most {@value #LONGEST_TEXT} characters
     * @param overrides as for {@link #read(String, List)}
     * @param version whose xl
     * @param host its CPUs
     * @return libxl's JSON, or what xl refuses; never throws for what is in the text
     */
    public static XlConverted convert(String text, List<String> overrides, XenVersion version, HostCpus host) {
        XlProblems problems = new XlProblems(true);
        Optional<String> json = source(text, overrides, version, host, problems)
                .filter(in -> !problems.anyError())
                .map(in -> JsonText.write(in.tree.write()));
        return new XlConverted(json, problems.list());
    }

    /** The settings with their tree; empty when the text cannot be read. */
    private static Optional<XlSource> source(
            String text, List<String> overrides, XenVersion version, HostCpus host, XlProblems problems) {
        long length =
                text.length() + overrides.stream().mapToLong(String::length).sum();
        if (length > LONGEST_TEXT || overrides.size() > MOST_OVERRIDES) {
            problems.error(XlPlace.NOWHERE, "", "the configuration is longer than " + LONGEST_TEXT + " characters");
            return Optional.empty();
        }
        XlParser parser = new XlParser(problems);
        if (overrides.isEmpty()) {
            parser.readToEnd(text);
        } else {
            parser.read(text, 1);
        }
        overrides.forEach(override -> parser.read(override, 0));
        if (problems.anyError()) {
            // what follows from a broken text would only be noise
            return Optional.empty();
        }
        XlSource in = new XlSource(parser.settings(), version, host, problems);
        new XlConversion(in).run();
        XlSupport.check(in);
        return Optional.of(in);
    }

    private static Optional<DomainSpec> spec(XlSource in, String sourceText, Optional<Path> folder, boolean forCreate) {
        Optional<DomainSpec> read = LibxlSpec.read(in.tree, folder, (pointer, message) -> tell(in, pointer, message));
        // xl makes one up while it reads; here that is for the create, so that one text may describe a domain again.
        boolean named = in.has("uuid");
        Optional<DomainSpec> spec = read.map(s -> s.toBuilder()
                .uuid(named ? s.uuid() : Optional.empty())
                .onEvents(XlOwn.events(in, s.onEvents()))
                .driver(XlOwn.driver(in))
                .sourceText(Optional.of(sourceText))
                .build());
        spec.ifPresent(s -> {
            SpecChecks.check(s, (pointer, message) -> tell(in, pointer, message));
            if (forCreate) {
                NotYet.check(s, refusal -> refuse(refusal, in));
            }
        });
        XlOwn.advise(in);
        return spec;
    }

    /** A problem of a field of jxl's form, at the place of the file that it comes from. */
    private static void tell(XlSource in, String pointer, String message) {
        Optional<XlSource.Origin> origin = LibxlSpec.findPath(pointer).flatMap(in::origin);
        String field = pointer.substring(pointer.lastIndexOf('/') + 1);
        String key = origin.map(XlSource.Origin::key).orElse(field);
        if (in.problems.hasErrorAt(key)) {
            // told already, in the key's own terms
            return;
        }
        boolean part = key.endsWith("]") && !field.matches("[0-9]*") && !message.startsWith("'");
        String told = message.replaceAll("/disks/([0-9]+)", "disk[$1]").replaceAll("/nics/([0-9]+)", "vif[$1]");
        in.problems.error(
                origin.map(XlSource.Origin::place).orElse(XlPlace.NOWHERE),
                key,
                Quoting.cutLong(part ? field + " " + told : told));
    }

    private static void refuse(NotYet.Refusal refusal, XlSource in) {
        String key = refusal.key().equals("type") && !in.has("type") ? "builder" : refusal.key();
        if (refusal.severity() == Severity.ERROR) {
            in.problems.error(in.placeOf(key), key, refusal.message());
        } else {
            in.problems.warning(in.placeOf(key), key, refusal.message());
        }
    }

    private static String together(String text, List<String> overrides) {
        if (overrides.isEmpty()) {
            return text;
        }
        String separator = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
        return text + separator + String.join("\n", overrides) + "\n";
    }
}
