package dev.jxl.xenctrl.libc;

import dev.jxl.xenctrl.Errno;

/** The kernel refused a call. Unchecked; carries errno. */
public final class SystemCallFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    /**
     * One failed call.
     *
     * @param call the call and what it was about, as "open /dev/loop3"
     * @param errno as the call left it
     */
    public SystemCallFailed(String call, int errno) {
        super(call + " failed: " + Errno.describe(errno));
        this.errno = errno;
    }

    /** errno as the call left it. */
    public int errno() {
        return errno;
    }
}
