package dev.jxl.xenctrl;

import java.util.OptionalInt;
import java.util.UUID;

/**
 * What Xen knows of a domain at one instant.
 *
 * @param flags a sum of {@code FLAG_…}, with the shutdown reason in bits 16 to 23
 * @param totalPages pages it holds
 * @param maxPages pages it may hold
 * @param outstandingPages claimed and not yet taken
 * @param sharedPages shared with others
 * @param pagedPages paged out
 * @param sharedInfoFrame machine frame of shared_info
 * @param cpuTimeNs time its virtual CPUs ran, in nanoseconds
 * @param onlineVcpus virtual CPUs that are up
 * @param maxVcpuId highest virtual CPU number
 * @param ssidref label of the security module
 * @param handle its UUID
 * @param cpupoolId its cpupool
 * @param gpaddrBits guest-physical address width
 * @param emulationFlags see {@link CreateDomain}
 * @param miscFlags see {@link CreateDomain}
 * @source xen/include/public/domctl.h: xen_domctl_getdomaininfo
 */
public record DomainInfo(
        int domid,
        int flags,
        long totalPages,
        long maxPages,
        long outstandingPages,
        long sharedPages,
        long pagedPages,
        long sharedInfoFrame,
        long cpuTimeNs,
        int onlineVcpus,
        int maxVcpuId,
        int ssidref,
        UUID handle,
        int cpupoolId,
        int gpaddrBits,
        int emulationFlags,
        int miscFlags) {
    /** Being destroyed. */
    public static final int FLAG_DYING = 1;
    /** HVM or PVH. */
    public static final int FLAG_HVM = 1 << 1;
    /** Shut down, for a reason. */
    public static final int FLAG_SHUTDOWN = 1 << 2;
    /** Paused by the toolstack. */
    public static final int FLAG_PAUSED = 1 << 3;
    /** All its virtual CPUs wait. */
    public static final int FLAG_BLOCKED = 1 << 4;
    /** One of its virtual CPUs runs. */
    public static final int FLAG_RUNNING = 1 << 5;
    /** A debugger is attached. */
    public static final int FLAG_DEBUGGED = 1 << 6;
    /** The xenstore domain. */
    public static final int FLAG_XS_DOMAIN = 1 << 7;
    /** Hardware-assisted paging. */
    public static final int FLAG_HAP = 1 << 8;

    private static final int SHUTDOWN_REASON_SHIFT = 16;
    private static final int SHUTDOWN_REASON_MASK = 0xff;

    /** Being destroyed, or dead and still mapped by somebody. */
    public boolean dying() {
        return (flags & FLAG_DYING) != 0;
    }

    /** HVM or PVH (Xen does not tell them apart; see {@link #emulationFlags}). */
    public boolean hvm() {
        return (flags & FLAG_HVM) != 0;
    }

    /** Shut down, see {@link #shutdownReason}. */
    public boolean shutdown() {
        return (flags & FLAG_SHUTDOWN) != 0;
    }

    /** Paused by the toolstack. */
    public boolean paused() {
        return (flags & FLAG_PAUSED) != 0;
    }

    /** All its virtual CPUs wait. */
    public boolean blocked() {
        return (flags & FLAG_BLOCKED) != 0;
    }

    /** One of its virtual CPUs runs. */
    public boolean running() {
        return (flags & FLAG_RUNNING) != 0;
    }

    /** A debugger is attached. */
    public boolean debugged() {
        return (flags & FLAG_DEBUGGED) != 0;
    }

    /** Hardware-assisted paging. */
    public boolean hap() {
        return (flags & FLAG_HAP) != 0;
    }

    /** Why it shut down ({@link ShutdownReason}); empty while it has not. */
    public OptionalInt shutdownReason() {
        return shutdown()
                ? OptionalInt.of((flags >>> SHUTDOWN_REASON_SHIFT) & SHUTDOWN_REASON_MASK)
                : OptionalInt.empty();
    }
}
