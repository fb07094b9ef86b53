package dev.jxl.xld.model;

import dev.jxl.xld.host.DomainFacts;
import java.util.Optional;

/**
 * What can be seen of a domain now.
 *
 * @param facts what Xen says; empty when Xen has no such domain
 * @param inStore whether xenstore has {@code /local/domain/D}
 * @param unfinished whether jxl's mark "destroy if found" stands in {@code /libxl/D}
 * @param deviceModelLost whether its device model has ended, and nobody ended it on purpose
 */
public record Observation(Optional<DomainFacts> facts, boolean inStore, boolean unfinished, boolean deviceModelLost) {
    /** Of a domain without a device model, or with one that lives. */
    public Observation(Optional<DomainFacts> facts, boolean inStore, boolean unfinished) {
        this(facts, inStore, unfinished, false);
    }
}
