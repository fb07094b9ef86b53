package dev.jxl.config;

import java.util.Optional;

/**
 * FLASK labels.
 *
 * @param domain the domain's label at its creation; empty: Xen's default
 * @param running its label once it is built; empty: the same
 */
public record LabelsSpec(Optional<String> domain, Optional<String> running) {
    /** Xen's default. */
    public static final LabelsSpec DEFAULT = new LabelsSpec(Optional.empty(), Optional.empty());
}
