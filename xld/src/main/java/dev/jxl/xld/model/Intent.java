package dev.jxl.xld.model;

import dev.jxl.config.OnEvents;

/**
 * What jxl wants of a domain.
 *
 * @param onEvents what was asked for each kind of stop
 * @param survivable whether its creation came to the point from which it may live on without jxld
 * @param dumped whether the core of its present life has been dumped, or could not be
 */
public record Intent(OnEvents onEvents, boolean survivable, boolean dumped) {
    /** Of one whose core has not been dumped. */
    public Intent(OnEvents onEvents, boolean survivable) {
        this(onEvents, survivable, false);
    }
}
