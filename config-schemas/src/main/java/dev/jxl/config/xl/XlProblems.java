package dev.jxl.config.xl;

import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong, up to a bound: a hostile file may have a million mistakes. */
final class XlProblems {
    /** After so many, nobody reads on. */
    static final int MOST = 100;

    private final List<SpecProblem> problems = new ArrayList<>();
    private boolean anyError;

    void error(XlPlace place, String field, String message) {
        anyError = true;
        add(Severity.ERROR, place, field, message);
    }

    void warning(XlPlace place, String field, String message) {
        add(Severity.WARNING, place, field, message);
    }

    boolean anyError() {
        return anyError;
    }

    /** Whether more would be dropped: then what is costly to find out need not be found out. */
    boolean full() {
        return problems.size() >= MOST;
    }

    private void add(Severity severity, XlPlace place, String field, String message) {
        if (full()) {
            return;
        }
        boolean override = place.line() == 0 && place.column() > 0;
        problems.add(new SpecProblem(
                severity,
                place.line(),
                place.column(),
                field,
                override ? message + " (on the command line)" : message));
        if (full()) {
            problems.add(new SpecProblem(
                    anyError ? Severity.ERROR : Severity.WARNING, 0, 0, "", "too many problems: no more are listed"));
        }
    }

    /** In the order of the text; those of the command line and those without a place come last. */
    List<SpecProblem> list() {
        return problems.stream()
                .sorted(Comparator.comparingInt((SpecProblem p) -> p.line() == 0 ? Integer.MAX_VALUE : p.line())
                        .thenComparingInt(p -> p.column() == 0 ? Integer.MAX_VALUE : p.column()))
                .toList();
    }
}
