package dev.jxl.config;

import java.util.Optional;

/**
 * A domain's share of the CPUs. What is empty has the scheduler's default.
 *
 * @param weight its weight against other domains, 1 to 65535; 256 by default
 * @param cap the most it gets, in percent of one CPU; 0: no limit
 * @param periodMicros RTDS: the period, in microseconds
 * @param budgetMicros RTDS: what it gets in each period, in microseconds
 * @param extratime RTDS: whether it may have what is left over
 */
public record SchedulerSpec(
        @Field(least = 1, most = 65535) Optional<Integer> weight,
        @Field(most = 65535) Optional<Integer> cap,
        @Field(least = 1, most = 2147483647) Optional<Integer> periodMicros,
        @Field(least = 1, most = 2147483647) Optional<Integer> budgetMicros,
        Optional<Boolean> extratime) {
    /** What a guest has when nothing is said. */
    public static final SchedulerSpec DEFAULT =
            new SchedulerSpec(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
