package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import java.util.Locale;
import java.util.Optional;

/**
 * What Xen says of a domain.
 *
 * @param id its number
 * @param uuid its handle; all zero for dom0
 * @param flags what it is doing
 * @param shutdownReason why it stopped; present exactly when {@code flags.shutdown()}
 * @param memoryKib pages it has
 * @param maxMemoryKib pages it may have; {@code Long.MAX_VALUE} when unlimited
 * @param outstandingKib claimed and not yet given
 * @param cpuTimeNanos CPU time used
 * @param onlineVcpus vCPUs online
 * @param maxVcpus vCPUs it can have
 * @param cpupool number of its cpupool
 */
public record DomainFacts(
        DomainId id,
        DomainUuid uuid,
        Flags flags,
        Optional<ShutdownReason> shutdownReason,
        long memoryKib,
        long maxMemoryKib,
        long outstandingKib,
        long cpuTimeNanos,
        int onlineVcpus,
        int maxVcpus,
        int cpupool) {
    /**
     * Xen's flags.
     *
     * @param dying being torn down
     * @param hvm a hardware virtualised container (PVH, HVM)
     * @param shutdown stopped by itself
     * @param paused by the toolstack
     * @param blocked waits for an event
     * @param running on a CPU now
     */
    public record Flags(
            boolean dying, boolean hvm, boolean shutdown, boolean paused, boolean blocked, boolean running) {}

    /**
     * Why a domain stopped.
     *
     * @source xen/include/public/sched.h: SHUTDOWN_*
     */
    public enum ShutdownReason {
        /** Orderly. */
        POWEROFF,
        /** To be started again. */
        REBOOT,
        /** To be saved. */
        SUSPEND,
        /** By a crash. */
        CRASH,
        /** By its watchdog. */
        WATCHDOG,
        /** To have its state reset. */
        SOFT_RESET,
        /** A number that jxl does not know. */
        UNKNOWN;

        /** From Xen's number. */
        public static ShutdownReason of(int number) {
            return switch (number) {
                case 0 -> POWEROFF;
                case 1 -> REBOOT;
                case 2 -> SUSPEND;
                case 3 -> CRASH;
                case 4 -> WATCHDOG;
                case 5 -> SOFT_RESET;
                default -> UNKNOWN;
            };
        }

        /** The word: poweroff, soft-reset, … */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
