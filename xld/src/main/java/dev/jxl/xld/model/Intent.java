package dev.jxl.xld.model;

import dev.jxl.config.OnEvents;

/**
 * What jxl wants of a domain.
 *
 * @param onEvents what was asked for each kind of stop
 * @param survivable whether its creation came to the point from which it may live on without jxld
 * @param dumped whether the core of its present life has been dumped, or could not be
 * @param awaited whether its old life is over and its next one could not be made so far
 */
public record Intent(OnEvents onEvents, boolean survivable, boolean dumped, boolean awaited) {
    /** Of one whose core has not been dumped, and that is not between two lives. */
    public Intent(OnEvents onEvents, boolean survivable) {
        this(onEvents, survivable, false, false);
    }
}
