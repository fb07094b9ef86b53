package dev.jxl.xenctrl;

/** Names and meanings of Linux errno numbers. */
public final class Errno {
    /** No such process: Xen's answer for a domain that is not there. */
    public static final int ESRCH = 3;

    private Errno() {}

    /** {@code ENOMEM (out of memory)}, or {@code errno 250} for an unknown one. */
    public static String describe(int errno) {
        return switch (errno) {
            case ESRCH -> "ESRCH (no such domain)";
            default -> "errno " + errno;
        };
    }
}
