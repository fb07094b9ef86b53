package dev.jxl.config.form;

import dev.jxl.config.SpecProblem;
import dev.jxl.config.SpecProblem.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Collects what is wrong, up to a bound. The place is a JSON pointer. */
public final class JsonProblems {
    private static final int MOST = 100;
    private static final int LONGEST = 200;

    private final List<SpecProblem> errors = new ArrayList<>();
    private final List<SpecProblem> warnings = new ArrayList<>();

    /** Something that stops; the place is a JSON pointer. */
    public void error(String pointer, String message) {
        add(errors, Severity.ERROR, pointer, message);
    }

    /** Something to know. */
    public void warning(String pointer, String message) {
        add(warnings, Severity.WARNING, pointer, message);
    }

    /** Whether something stops. */
    public boolean anyError() {
        return !errors.isEmpty();
    }

    /** Whether a place has an error already. */
    public boolean hasErrorAt(String pointer) {
        return errors.stream().anyMatch(problem -> problem.field().equals(pointer));
    }

    /** Errors first. */
    public List<SpecProblem> list() {
        return Stream.concat(errors.stream(), warnings.stream()).toList();
    }

    private static void add(List<SpecProblem> problems, Severity severity, String pointer, String message) {
        if (problems.size() < MOST) {
            problems.add(new SpecProblem(severity, 0, 0, cut(pointer), message));
        } else if (problems.size() == MOST) {
            problems.add(new SpecProblem(severity, 0, 0, "", "there is more: only the first " + MOST + " are listed"));
        }
    }

    /** Short, and without control characters: a message goes to terminals and logs. */
    public static String cut(String text) {
        String shorter = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        StringBuilder out = new StringBuilder(shorter.length());
        shorter.chars().forEach(c -> out.append(Character.isISOControl(c) ? ' ' : (char) c));
        return out.toString();
    }
}
