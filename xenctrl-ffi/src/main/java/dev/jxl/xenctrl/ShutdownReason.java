package dev.jxl.xenctrl;

/**
 * Why a domain shut down.
 *
 * @source xen/include/public/sched.h: SHUTDOWN_*
 */
public final class ShutdownReason {
    /** Switched off. */
    public static final int POWEROFF = 0;
    /** Wants to start again. */
    public static final int REBOOT = 1;
    /** Ready to be saved. */
    public static final int SUSPEND = 2;
    /** The guest crashed. */
    public static final int CRASH = 3;
    /** Its watchdog ran out. */
    public static final int WATCHDOG = 4;
    /** Wants to start again in place (kexec). */
    public static final int SOFT_RESET = 5;

    private ShutdownReason() {}
}
