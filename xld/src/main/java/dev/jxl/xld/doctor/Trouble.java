package dev.jxl.xld.doctor;

import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.Finding.Severity;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Something found, and what mends it.
 *
 * @param mend does it, and gives what was done, half a sentence; may be called although the thing is gone by now
 */
record Trouble(Finding finding, Optional<Supplier<String>> mend) {
    /** Whether it is the same thing, found at another time. */
    boolean sameAs(Trouble other) {
        return finding.code().equals(other.finding.code()) && finding.object().equals(other.finding.object());
    }

    /** For somebody to look at. */
    static Trouble told(String code, Severity severity, String object, String meaning, String advice) {
        return new Trouble(Finding.of(code, severity, object, meaning, advice, false), Optional.empty());
    }

    /** A leftover that a fix can take away. */
    static Trouble leftover(String code, String object, String meaning, Supplier<String> mend) {
        String advice = "'jxl doctor --fix' takes it away";
        return new Trouble(Finding.of(code, Severity.WARNING, object, meaning, advice, true), Optional.of(mend));
    }
}
