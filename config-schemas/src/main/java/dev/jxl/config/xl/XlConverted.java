package dev.jxl.config.xl;

import dev.jxl.config.SpecProblem;
import java.util.List;
import java.util.Optional;

/**
 * What a conversion of an xl.cfg gave.
 *
 * @param json libxl's JSON; present exactly when no problem is an error
 * @param problems what xl refuses, and as warnings what it would not tell or only mumble
 */
public record XlConverted(Optional<String> json, List<SpecProblem> problems) {
    /** Makes the list immutable. */
    public XlConverted {
        problems = List.copyOf(problems);
    }
}
