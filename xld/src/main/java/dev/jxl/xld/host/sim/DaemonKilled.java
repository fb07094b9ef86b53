package dev.jxl.xld.host.sim;

/**
 * The simulated {@code kill -9} of jxld: thrown out of every port call of the killed incarnation. An {@link Error}, so that
 * no code that handles failures takes it for one.
 */
public final class DaemonKilled extends Error {
    private static final long serialVersionUID = 1L;

    /** At a call. */
    public DaemonKilled(String call) {
        super("jxld was killed by the simulator at " + call, null, false, false);
    }
}
