package dev.jxl.xld.engine.move;

import dev.jxl.xld.host.GuestStreams.AfterRound;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Decides when a guest that is being sent is suspended: as soon as what it has written since can be sent in the time that it may
 * stand still, measured by how fast its memory has gone since its first byte; or when more rounds gain nothing.
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

    /** What the buffers on the way take at once says nothing about the way: 64 MiB are more than they hold. */
    private static final long ENOUGH_PAGES = 1 << 14;

    private final long guestPages;
    private final double downtimeSeconds;
    private final LongSupplier nanos;
    private final BooleanSupplier slower;
    private Mark begin;
    private Mark afterFirst;
    private long holes;
    private long least = Long.MAX_VALUE;
    private int withoutGain;

    /**
     * Of one guest.
     *
     * @param guestPages how many pages it has
     * @param downtime how long it may stand still
     * @param nanos a clock that never goes back, in ns
     * @param slower has the guest run slower, when rounds gain nothing; false when it is as slow as it gets
     */
    Precopy(long guestPages, Duration downtime, LongSupplier nanos, BooleanSupplier slower) {
        this.guestPages = guestPages;
        this.slower = slower;
        this.downtimeSeconds = downtime.toNanos() / 1e9;
        this.nanos = nanos;
        this.begin = new Mark(nanos.getAsLong(), 0);
        this.afterFirst = begin;
    }

    /** How much had been sent at a moment. */
    private record Mark(long nanos, long sentPages) {
        double pagesPerSecond(Mark until) {
            double seconds = (until.nanos - nanos) / 1e9;
            return seconds > 0 ? (until.sentPages - sentPages) / seconds : 0;
        }
    }

    /**
     * How many pages have been sent. libxenguest counts in the first round all frame numbers up to the guest's last one, with the holes
     * between them: 4 GiB for a small HVM or PVH guest, whose special pages are below that.
     *
     * @param counted by libxenguest, after that round
     * @source tools/libs/guest/xg_sr_save.c: send_memory_live (dirty_count = p2m_size)
     */
    long sent(int number, long counted) {
        if (number == 1) {
            holes = Math.max(0, counted - guestPages);
        }
        return counted - holes;
    }

    /** As {@link dev.jxl.xld.host.GuestStreams.SendWatcher#round}. */
    AfterRound round(int number, long counted, long dirtyPages) {
        long sentPages = sent(number, counted);
        Mark now = new Mark(nanos.getAsLong(), sentPages);
        if (number == 0) {
            begin = now;
            return AfterRound.ANOTHER;
        }
        if (number == 1) {
            afterFirst = now;
        }
        if (dirtyPages < 0) {
            return AfterRound.ANOTHER;
        }
        double pagesPerSecond = pagesPerSecond(now);
        if (dirtyPages < FEW_PAGES || dirtyPages < pagesPerSecond * downtimeSeconds || number >= MOST_ROUNDS) {
            return AfterRound.SUSPEND;
        }
        withoutGain = dirtyPages < least * GAIN ? 0 : withoutGain + 1;
        least = Math.min(least, dirtyPages);
        if (withoutGain < MOST_WITHOUT_GAIN) {
            return AfterRound.ANOTHER;
        }
        withoutGain = 0;
        return slower.getAsBoolean() ? AfterRound.ANOTHER : AfterRound.SUSPEND;
    }

    /** In the first round the receiver's process has to start before it reads, which makes the way look slower than it is. */
    private double pagesPerSecond(Mark now) {
        double sinceBegin = begin.pagesPerSecond(now);
        return now.sentPages - afterFirst.sentPages >= ENOUGH_PAGES
                ? Math.max(sinceBegin, afterFirst.pagesPerSecond(now))
                : sinceBegin;
    }
}
