package dev.jxl.xld;

import dev.jxl.xld.host.xen.PeerSettings;
import dev.jxl.xld.host.xen.XenHost;

/**
 * jxld as {@code make-aot-caches} runs it when it records what the ahead-of-time cache is to hold: on the simulated host, after a
 * look at Xen where there is one, so that the classes of a real start are in the cache as well. Nobody else calls it.
 */
public final class Training {
    private static final System.Logger LOG = System.getLogger(Training.class.getName());

    private Training() {}

    /**
     * Reads from Xen, changing nothing, then is {@link Main}.
     *
     * @param args see {@link Arguments#USAGE}
     */
    public static void main(String[] args) {
        JournalLogging.install();
        try (XenHost host = XenHost.open(PeerSettings.standard())) {
            host.rehearse();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.INFO, "trained without Xen: " + e.getMessage());
        }
        Main.main(args);
    }
}
