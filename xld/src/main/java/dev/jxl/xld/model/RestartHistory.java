package dev.jxl.xld.model;

import java.time.Instant;

/**
 * How a domain's lives have gone so far.
 *
 * @param started when its present life began
 * @param quickStops how many lives in a row were short and ended by themselves
 * @param stoppedDomid the number of the life whose end has been counted; -1: none
 * @param notBefore when it may be started again
 * @param givenUp why it is not started again any more; empty: it is
 * @param asked whether a user asked for the stop that comes next: such a stop is not counted
 * @param dumpedDomid the number of the life whose core has been dumped (or could not be); -1: none
 * @param failedStarts how many times in a row its next life could not be made, once its old one was over
 * @param failure why, the last time; empty: it did not fail
 */
public record RestartHistory(
        Instant started,
        int quickStops,
        int stoppedDomid,
        Instant notBefore,
        String givenUp,
        boolean asked,
        int dumpedDomid,
        int failedStarts,
        String failure) {
    /** Of a domain whose first life begins now, or of one that nothing is known of. */
    public static RestartHistory beginning(Instant now) {
        return new RestartHistory(now, 0, -1, Instant.EPOCH, "", false, -1, 0, "");
    }

    /** Its next life begins. */
    public RestartHistory startedAgain(Instant now) {
        return new RestartHistory(now, quickStops, -1, Instant.EPOCH, "", false, -1, 0, "");
    }

    /** A user asks it to stop. */
    public RestartHistory askedToStop() {
        return new RestartHistory(
                started, quickStops, stoppedDomid, notBefore, givenUp, true, dumpedDomid, failedStarts, failure);
    }

    /** Its core has been dealt with. */
    public RestartHistory dumped(int domid) {
        return new RestartHistory(
                started, quickStops, stoppedDomid, notBefore, givenUp, asked, domid, failedStarts, failure);
    }

    /** Whether it waits to be started again. */
    public boolean waits(Instant now) {
        return (stoppedDomid >= 0 || failedStarts > 0) && givenUp.isEmpty() && now.isBefore(notBefore);
    }
}
