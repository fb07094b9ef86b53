package dev.jxl.xld.host.sim;

/** What a kind of simulated backend does. */
public enum BackendBehaviour {
    /** What it should. */
    NORMAL,
    /** It never sees a new device: as if its driver were not loaded. */
    ABSENT,
    /** It offers itself, and never connects. */
    NEVER_CONNECTS,
    /** It never lets go of a device. */
    NEVER_CLOSES
}
