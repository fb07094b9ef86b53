package dev.jxl.config;

/**
 * What jxl does for a driver domain that it looks after, beside what it does for every guest. Without one the domain is a guest whose
 * backends other guests may use, and its end is theirs.
 *
 * @param restart whether it is made again under its old number, for its clients, when it crashes, hangs or vanishes
 * @param attempts how many crashes in a row, each within a minute of the start before, are answered so; after them it stays as it is
 * @param heartbeatSeconds a heartbeat that stands still for so long is a hang; 0: nobody looks. A domain without a heartbeat never hangs
 * @param lostDisk what becomes of a client's disk that a kernel's backend served at a crash: it cannot go on exactly
 */
public record DriverSpec(
        @Field(orElse = "true") boolean restart,
        @Field(least = 0, most = 1000, orElse = "5") int attempts,

        @Field(least = 0, most = 3600, orElse = "15") int heartbeatSeconds,

        @Field(orElse = "pause") LostDisk lostDisk) {
    /** Restarts, five times in a row; a hang is 15 seconds; a client that loses a disk is paused. */
    public static final DriverSpec STANDARD = new DriverSpec(true, 5, 15, LostDisk.PAUSE);

    /** What becomes of a client whose disk cannot go on. */
    public enum LostDisk implements Worded {
        /** It is paused, its disk stays dead. */
        PAUSE,
        /** It runs on with a dead disk. */
        LEAVE,
        /** It is asked to shut down. */
        SHUTDOWN
    }
}
