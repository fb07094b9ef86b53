package dev.jxl.config;

import java.util.Optional;

/**
 * The guest's clocks, beside the time stamp counter.
 *
 * @param rtcOffsetSeconds from UTC to the real time clock, in seconds
 * @param localtime whether the real time clock starts with the host's local time
 * @param timerMode what happens to ticks that were missed (PVH and HVM); empty: no_delay_for_missed_ticks
 * @param vptAlign whether the timers of all vCPUs are aligned, which saves interrupts; empty: yes
 */
public record ClockSpec(
        @Field(least = -2147483648L, most = 4294967295L, orElse = "0")
        long rtcOffsetSeconds,

        boolean localtime,
        Optional<TimerMode> timerMode,
        Optional<Boolean> vptAlign) {
    /** What a guest has when nothing is said. */
    public static final ClockSpec DEFAULT = new ClockSpec(0, false, Optional.empty(), Optional.empty());

    /**
     * What happens to ticks that were missed; the order is that of Xen's numbers.
     *
     * @source xen/include/public/hvm/params.h: HVM_PARAM_TIMER_MODE
     */
    public enum TimerMode implements Worded {
        /** The guest's time waits while it does not run. */
        DELAY_FOR_MISSED_TICKS,
        /** Time goes on, ticks are made up for. */
        NO_DELAY_FOR_MISSED_TICKS,
        /** Missed ticks are gone. */
        NO_MISSED_TICKS_PENDING,
        /** One missed tick is given. */
        ONE_MISSED_TICK_PENDING
    }
}
