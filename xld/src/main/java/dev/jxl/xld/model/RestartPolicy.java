package dev.jxl.xld.model;

import java.time.Duration;
import java.time.Instant;

/**
 * How a domain is kept from being started again and again without end: a life shorter than {@code shortLife} is a quick stop. The
 * first one in a row is followed by a restart at once, the second one by a restart after {@code firstPause}, and each
 * further one by one after twice as long, at most {@code longestPause}; after {@code most} of them the domain stays stopped. A restart that fails is tried again after the
 * same pauses, until {@code most} of them have failed.
 *
 * @param shortLife shorter than that is suspicious
 * @param firstPause before the second restart in a row
 * @param longestPause the most
 * @param most how many quick stops in a row are followed by a restart, and how many tries a restart has
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
                before.started(), count, domid, now.plus(pause(count)), givenUp, false, before.dumpedDomid(), 0, "");
    }

    /** What follows when the next life of a domain could not be made, whose old one is over. */
    public RestartHistory failed(RestartHistory before, String why, Instant now) {
        int count = before.failedStarts() + 1;
        String givenUp =
                count >= most ? "making it again failed " + count + " times in a row, the last time: " + why : "";
        return new RestartHistory(
                before.started(),
                before.quickStops(),
                before.stoppedDomid(),
                now.plus(pause(count + 1)),
                givenUp,
                before.asked(),
                before.dumpedDomid(),
                count,
                why);
    }

    private Duration pause(int quickStops) {
        if (quickStops < 2) {
            return Duration.ZERO;
        }
        Duration pause = firstPause.multipliedBy(1L << Math.min(quickStops - 2, 20));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
