package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import java.util.function.Consumer;

/**
 * What is different when a domain gets its next life under the number that it had.
 *
 * @param domid the number that it had
 * @param beforeItRuns what is done for them when it is complete and does not run yet
 * @param start what is given that which lets it run, and does it
 */
public record Rebirth(DomainId domid, Runnable beforeItRuns, Consumer<Runnable> start) {
    /** Where nobody else is concerned. */
    Rebirth(DomainId domid) {
        this(domid, () -> {}, Runnable::run);
    }
}
