package dev.jxl.xld.engine;

import dev.jxl.xld.host.GuestStreams.AfterRound;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when a guest that is being sent is suspended: as soon as what it has written since can be sent in the time that it may
 * stand still, measured by how fast its memory has gone so far; or when more rounds gain nothing.
 *
 * <p>libxenguest's own rule is five rounds or fewer than fifty dirty pages, whatever the link.
 *
 * @source tools/libs/guest/xg_sr_save.c: simple_precopy_policy, send_memory_live
 */
final class Precopy {
    private static final int MOST_ROUNDS = 30;
    private static final int MOST_WITHOUT_GAIN = 3;
    private static final double GAIN = 0.9;
    private static final long FEW_PAGES = 50;

    private final double downtimeSeconds;
    private final LongSupplier nanos;
    private final long begun;
    private long least = Long.MAX_VALUE;
    private int withoutGain;

    /**
     * Of one guest.
     *
     * @param downtime how long it may stand still
     * @param nanos a clock that never goes back, in ns
     */
    Precopy(Duration downtime, LongSupplier nanos) {
        this.downtimeSeconds = downtime.toNanos() / 1e9;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /** As {@link dev.jxl.xld.host.GuestStreams.SendWatcher#round}. */
    AfterRound round(int number, long sentPages, long dirtyPages) {
        if (number == 0 || dirtyPages < 0) {
            return AfterRound.ANOTHER;
        }
        double seconds = (nanos.getAsLong() - begun) / 1e9;
        double pagesPerSecond = seconds > 0 ? sentPages / seconds : 0;
        if (dirtyPages < FEW_PAGES || dirtyPages < pagesPerSecond * downtimeSeconds || number >= MOST_ROUNDS) {
            return AfterRound.SUSPEND;
        }
        withoutGain = dirtyPages < least * GAIN ? 0 : withoutGain + 1;
        least = Math.min(least, dirtyPages);
        return withoutGain >= MOST_WITHOUT_GAIN ? AfterRound.SUSPEND : AfterRound.ANOTHER;
    }
}
