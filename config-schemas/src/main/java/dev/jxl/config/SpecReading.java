package dev.jxl.config;

import java.util.List;
import java.util.Optional;

/**
 * What reading a configuration gave.
 *
 * @param spec present exactly when no problem is an error
 * @param problems errors and warnings in the order of the text
 */
public record SpecReading(Optional<DomainSpec> spec, List<SpecProblem> problems) {
    /** Makes the list immutable. */
    public SpecReading {
        problems = List.copyOf(problems);
    }
}
