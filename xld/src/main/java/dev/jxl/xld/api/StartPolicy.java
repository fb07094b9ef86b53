package dev.jxl.xld.api;

import java.time.Duration;

/**
 * When and how a defined domain is started by the host's start.
 *
 * @param autostart whether it is
 * @param order 0 to 9999: lower ones first, those of one order side by side; they are stopped the other way round
 * @param delay after it is ready and before the next order; at most an hour
 * @param ready when it counts as ready
 * @param readyTimeout how long to wait for that; then the next order begins all the same; at most an hour
 */
public record StartPolicy(boolean autostart, int order, Duration delay, Ready ready, Duration readyTimeout) {
    private static final int LAST = 9999;
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Not started by the host; in the middle of the order; ready as soon as it is started. */
    public static final StartPolicy NONE =
            new StartPolicy(false, 100, Duration.ZERO, Ready.STARTED, Duration.ofSeconds(60));

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException with a sentence
     */
    public StartPolicy {
        if (order < 0 || order > LAST) {
            throw new IllegalArgumentException("an order is a number from 0 to " + LAST + ", not " + order);
        }
        if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a delay is from 0 to " + LONGEST.toSeconds() + " seconds");
        }
        if (readyTimeout.isNegative() || readyTimeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a timeout is from 0 to " + LONGEST.toSeconds() + " seconds");
        }
    }

    /** When a guest counts as ready. */
    public enum Ready {
        /** Its vCPUs run. */
        STARTED,
        /** Its kernel listens to requests: {@code control/feature-poweroff} in its part of xenstore is 1. */
        DRIVERS,
        /** It says so itself: {@code data/ready} in its part of xenstore is 1. */
        GUEST
    }
}
