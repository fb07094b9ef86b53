package dev.jxl.xld.plan;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import java.util.List;

/**
 * How a domain will be made.
 *
 * @param spec complete: UUID and MAC addresses are decided
 * @param uuid its UUID
 * @param boot its kernel
 * @param steps in order
 */
public record CreatePlan(DomainSpec spec, DomainUuid uuid, DirectBoot boot, List<Step> steps) {
    /** Makes the list immutable. */
    public CreatePlan {
        steps = List.copyOf(steps);
    }
}
