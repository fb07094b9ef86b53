package dev.jxl.xld.api;

import dev.jxl.config.GuestType;
import java.time.Instant;
import java.util.Optional;

/**
 * A domain as it is now.
 *
 * @param domid its number; -1 for one that is defined, or waits to be made again, and does not run
 * @param uuid its UUID
 * @param name its name; {@code (null)} as xl prints it when it has none
 * @param type empty when not known (a shell without its xenstore entries)
 * @param state what it is doing, by jxl's words: paused, running, shutdown, dying, …
 * @param flags Xen's flags in xl's form, six characters {@code rbpscd} with {@code -} for those not set
 * @param shutdownReason poweroff, reboot, suspend, crash, watchdog, soft-reset; empty unless shut down
 * @param memoryKib what it has now
 * @param maxMemoryKib the most that Xen lets it have
 * @param vcpus online now
 * @param maxVcpus the most it can have
 * @param cpuTimeNanos CPU time used since it was made
 * @param cpupool number of its cpupool
 * @param managedBy {@code jxl}, or {@code adopted} for one that another toolstack made, {@code host} for dom0
 * @param operation the id of the operation that is under way on it
 * @param restarts empty while it lives long enough, and is made again when it has to be
 * @param defined whether it stays known when it has stopped
 * @param autostart whether it is started with the host
 */
public record DomainView(
        int domid,
        String uuid,
        String name,
        Optional<GuestType> type,
        String state,
        String flags,
        Optional<String> shutdownReason,
        long memoryKib,
        long maxMemoryKib,
        int vcpus,
        int maxVcpus,
        long cpuTimeNanos,
        int cpupool,
        String managedBy,
        Optional<String> operation,
        Optional<Restarts> restarts,
        boolean defined,
        boolean autostart) {
    /**
     * How a domain is kept from being started again and again.
     *
     * @param quickStops how many times in a row it has stopped by itself right after its start
     * @param failedStarts how many times in a row making it again failed, once its old life was over
     * @param failure why, the last time; empty while it did not fail
     * @param notBefore when it will be started again; empty unless it waits for that
     * @param givenUp why it is not started again any more; empty while it is
     */
    public record Restarts(
            int quickStops,
            int failedStarts,
            Optional<String> failure,
            Optional<Instant> notBefore,
            Optional<String> givenUp) {}
}
