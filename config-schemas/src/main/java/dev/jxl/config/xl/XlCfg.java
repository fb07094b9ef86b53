package dev.jxl.config.xl;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.GuestType;
import dev.jxl.config.NotYet;
import dev.jxl.config.SpecProblem.Severity;
import dev.jxl.config.SpecReading;
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
    public static final int LONGEST_TEXT = 1 << 20;

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
        XlProblems problems = new XlProblems();
        long length =
                text.length() + overrides.stream().mapToLong(String::length).sum();
        if (length > LONGEST_TEXT || overrides.size() > MOST_OVERRIDES) {
            problems.error(XlPlace.NOWHERE, "", "the configuration is longer than " + LONGEST_TEXT + " characters");
            return new SpecReading(Optional.empty(), problems.list());
        }
        XlParser parser = new XlParser(problems);
        parser.read(text, 1);
        overrides.forEach(override -> parser.read(override, 0));
        if (problems.anyError()) {
            // what follows from a broken text would only be noise
            return new SpecReading(Optional.empty(), problems.list());
        }
        XlSettings settings = new XlSettings(parser.settings(), problems);
        GuestType type = XlType.read(settings);
        XlSupport.check(settings, type, problems);
        DomainSpec spec = new XlDomain(settings, type, problems).read(together(text, overrides));
        NotYet.check(spec, refusal -> refuse(refusal, settings, problems));
        return new SpecReading(problems.anyError() ? Optional.empty() : Optional.of(spec), problems.list());
    }

    private static void refuse(NotYet.Refusal refusal, XlSettings settings, XlProblems problems) {
        String key = refusal.key().equals("type") && !settings.has("type") ? "builder" : refusal.key();
        XlPlace place = settings.placeOf(key);
        if (refusal.severity() == Severity.ERROR) {
            problems.error(place, key, refusal.message());
        } else {
            problems.warning(place, key, refusal.message());
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
