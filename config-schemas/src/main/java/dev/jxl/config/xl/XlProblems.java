package dev.jxl.config.xl;

import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Collects what is wrong, up to a bound: a hostile file may have a million mistakes. */
final class XlProblems {
    /** After so many, nobody reads on. */
    static final int MOST = 100;

    private final boolean asXl;
    private final List<SpecProblem> errors = new ArrayList<>();
    private final List<SpecProblem> warnings = new ArrayList<>();

    /** For files of which jxl is the judge. */
    XlProblems() {
        this(false);
    }

    /** @param asXl whether what xl only mumbles about is only a warning here */
    XlProblems(boolean asXl) {
        this.asXl = asXl;
    }

    /** Whether what xl only mumbles about is only a warning. */
    boolean asXl() {
        return asXl;
    }

    /** Something that xl goes on without or takes for something else: jxl goes on only where it does as xl does. */
    void ignored(XlPlace place, String field, String message) {
        if (asXl) {
            warning(place, field, message);
        } else {
            error(place, field, message);
        }
    }

    void error(XlPlace place, String field, String message) {
        add(errors, Severity.ERROR, place, field, message);
    }

    void warning(XlPlace place, String field, String message) {
        add(warnings, Severity.WARNING, place, field, message);
    }

    /** Whether a key has an error already. */
    boolean hasErrorAt(String key) {
        return errors.stream().anyMatch(problem -> problem.field().equals(key));
    }

    boolean anyError() {
        return !errors.isEmpty();
    }

    /** Whether more warnings would be dropped: then what is costly to find out need not be found out. */
    boolean full() {
        return warnings.size() > MOST;
    }

    private static void add(
            List<SpecProblem> problems, Severity severity, XlPlace place, String field, String message) {
        if (problems.size() < MOST) {
            boolean override = place.line() == 0 && place.column() > 0;
            String where = override ? " (on the command line)" : "";
            problems.add(new SpecProblem(severity, place.line(), place.column(), field, message + where));
        } else if (problems.size() == MOST) {
            problems.add(new SpecProblem(severity, 0, 0, "", "there is more: only the first " + MOST + " are listed"));
        }
    }

    /** In the order of the text; those of the command line and those without a place come last. */
    List<SpecProblem> list() {
        return Stream.concat(errors.stream(), warnings.stream())
                .sorted(Comparator.comparingInt((SpecProblem p) -> p.line() == 0 ? Integer.MAX_VALUE : p.line())
                        .thenComparingInt(p -> p.column() == 0 ? Integer.MAX_VALUE : p.column()))
                .toList();
    }
}
