package dev.jxl.xld.model;

import java.time.Duration;
import java.time.Instant;

/**
 * How a domain is kept from being started again and again without end: a life shorter than {@code shortLife} is a quick stop. The
 * first one in a row is followed by a restart at once, the second one by a restart after {@code firstPause}, and each
 * further one by one after twice as long, at most {@code longestPause}; after {@code most} of them the domain stays stopped.
 *
 * @param shortLife shorter than that is suspicious
 * @param firstPause before the second restart in a row
 * @param longestPause the most
 * @param most how many quick stops in a row are followed by a restart
 */
public record RestartPolicy(Duration shortLife, Duration firstPause, Duration longestPause, int most) {
    /** A minute; 2 s to 60 s; ten times: a guest that dies at each boot is tried for about five minutes. */
    public static final RestartPolicy STANDARD =
            new RestartPolicy(Duration.ofSeconds(60), Duration.ofSeconds(2), Duration.ofSeconds(60), 10);

    /** The same with another number of quick stops that are answered. */
    public RestartPolicy atMost(int times) {
        return new RestartPolicy(shortLife, firstPause, longestPause, times);
    }

    /** What follows from a life's end that is seen now; nothing new when that end has been counted already. */
    public RestartHistory stopped(RestartHistory before, int domid, Instant now) {
        if (before.stoppedDomid() == domid) {
            return before;
        }
        boolean quick =
                !before.asked() && Duration.between(before.started(), now).compareTo(shortLife) < 0;
        int count = quick ? before.quickStops() + 1 : 0;
        String givenUp = count > most
                ? "it stopped " + count + " times in a row within " + shortLife.toSeconds() + " s of its start"
                : "";
        return new RestartHistory(
                before.started(), count, domid, now.plus(pause(count)), givenUp, false, before.dumpedDomid());
    }

    private Duration pause(int quickStops) {
        if (quickStops < 2) {
            return Duration.ZERO;
        }
        Duration pause = firstPause.multipliedBy(1L << Math.min(quickStops - 2, 20));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
