package dev.jxl.xld.api;

import dev.jxl.config.SpecProblem;
import java.util.List;

/**
 * What an operation would do.
 *
 * @param steps in order, each one line: what is done to what
 * @param warnings what was found in the configuration that does not stop it
 */
public record PlanView(List<String> steps, List<SpecProblem> warnings) {
    /** Makes the lists immutable. */
    public PlanView {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }
}
