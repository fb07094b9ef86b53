package dev.jxl.xld.model;

import dev.jxl.config.OnEvents;

/**
 * What jxl wants of a domain.
 *
 * @param onEvents what was asked for each kind of stop
 * @param survivable whether its creation came to the point from which it may live on without jxld
 */
public record Intent(OnEvents onEvents, boolean survivable) {}
