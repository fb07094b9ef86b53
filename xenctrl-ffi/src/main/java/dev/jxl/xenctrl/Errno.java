package dev.jxl.xenctrl;

/**
 * Names and meanings of Linux errno numbers on x86-64, which Xen's own numbers follow.
 *
 * @source xen/include/public/errno.h
 */
public final class Errno {
    /** Not permitted. */
    public static final int EPERM = 1;
    /** No such file or directory. */
    public static final int ENOENT = 2;
    /** No such domain. */
    public static final int ESRCH = 3;
    /** Interrupted. */
    public static final int EINTR = 4;
    /** Input/output error. */
    public static final int EIO = 5;
    /** List too long. */
    public static final int E2BIG = 7;
    /** Try again. */
    public static final int EAGAIN = 11;
    /** Out of memory. */
    public static final int ENOMEM = 12;
    /** Access denied. */
    public static final int EACCES = 13;
    /** Bad address. */
    public static final int EFAULT = 14;
    /** Busy. */
    public static final int EBUSY = 16;
    /** Already there. */
    public static final int EEXIST = 17;
    /** No such device. */
    public static final int ENODEV = 19;
    /** Invalid argument. */
    public static final int EINVAL = 22;
    /** No space left. */
    public static final int ENOSPC = 28;
    /** Result too large. */
    public static final int ERANGE = 34;
    /** Not implemented by this Xen or kernel. */
    public static final int ENOSYS = 38;
    /** Not supported. */
    public static final int EOPNOTSUPP = 95;
    /** Timed out. */
    public static final int ETIMEDOUT = 110;
    /** Refused. */
    public static final int ECONNREFUSED = 111;

    private Errno() {}

    /** As {@code ENOMEM (out of memory)}; {@code errno 250} for an unknown one. */
    public static String describe(int errno) {
        return switch (errno) {
            case EPERM -> "EPERM (not permitted)";
            case ENOENT -> "ENOENT (no such file or directory)";
            case ESRCH -> "ESRCH (no such domain)";
            case EINTR -> "EINTR (interrupted)";
            case EIO -> "EIO (input/output error)";
            case E2BIG -> "E2BIG (list too long)";
            case 9 -> "EBADF (bad file descriptor)";
            case EAGAIN -> "EAGAIN (try again)";
            case ENOMEM -> "ENOMEM (out of memory)";
            case EACCES -> "EACCES (access denied)";
            case EFAULT -> "EFAULT (bad address)";
            case EBUSY -> "EBUSY (busy)";
            case EEXIST -> "EEXIST (already there)";
            case 18 -> "EXDEV (crosses a device)";
            case ENODEV -> "ENODEV (no such device)";
            case 20 -> "ENOTDIR (not a directory)";
            case 21 -> "EISDIR (is a directory)";
            case EINVAL -> "EINVAL (invalid argument)";
            case 23 -> "ENFILE (too many open files on the host)";
            case 24 -> "EMFILE (too many open files)";
            case 25 -> "ENOTTY (not a terminal, or no such request)";
            case 27 -> "EFBIG (file too big)";
            case ENOSPC -> "ENOSPC (no space left)";
            case 30 -> "EROFS (read-only)";
            case 32 -> "EPIPE (other end closed)";
            case 33 -> "EDOM (outside the range)";
            case ERANGE -> "ERANGE (result too large)";
            case 35 -> "EDEADLK (would deadlock)";
            case 36 -> "ENAMETOOLONG (name too long)";
            case ENOSYS -> "ENOSYS (not implemented by this Xen or kernel)";
            case 39 -> "ENOTEMPTY (directory not empty)";
            case 61 -> "ENODATA (no data)";
            case 71 -> "EPROTO (protocol error)";
            case 74 -> "EBADMSG (bad message)";
            case 75 -> "EOVERFLOW (value too large)";
            case 84 -> "EILSEQ (invalid bytes)";
            case 85 -> "ERESTART (to be restarted)";
            case 87 -> "EUSERS (too many users)";
            case EOPNOTSUPP -> "EOPNOTSUPP (not supported)";
            case 98 -> "EADDRINUSE (address in use)";
            case 104 -> "ECONNRESET (reset by the other end)";
            case 105 -> "ENOBUFS (no buffer space)";
            case 106 -> "EISCONN (already connected)";
            case 107 -> "ENOTCONN (not connected)";
            case ETIMEDOUT -> "ETIMEDOUT (timed out)";
            case ECONNREFUSED -> "ECONNREFUSED (refused)";
            case 114 -> "EALREADY (already under way)";
            case 115 -> "EINPROGRESS (under way)";
            case 116 -> "ESTALE (stale)";
            case 122 -> "EDQUOT (quota exceeded)";
            case 125 -> "ECANCELED (cancelled)";
            default -> "errno " + errno;
        };
    }
}
