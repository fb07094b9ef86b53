package dev.jxl.xld.model;

import dev.jxl.xld.host.DomainFacts;
import java.util.Optional;

/**
 * What can be seen of a domain now.
 *
 * @param facts what Xen says; empty when Xen has no such domain
 * @param inStore whether xenstore has {@code /local/domain/D}
 * @param unfinished whether jxl's mark "destroy if found" stands in {@code /libxl/D}
 */
public record Observation(Optional<DomainFacts> facts, boolean inStore, boolean unfinished) {}
