package dev.jxl.xenctrl;

import org.jspecify.annotations.Nullable;

/** What can go wrong between jxl and Xen. Unchecked; each case carries its data. */
public abstract sealed class XenControlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    XenControlException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Xen, or libxc, refused a call. */
    public static final class HypercallFailed extends XenControlException {
        private static final long serialVersionUID = 1L;
        private final String function;
        private final int errno;
        private final int domid;

        /**
         * One failed call.
         *
         * @param function the C function
         * @param errno as the call left it
         * @param domid the domain it was about, -1 for none
         * @param logged what libxc said during the call; may be empty
         */
        public HypercallFailed(String function, int errno, int domid, String logged) {
            super(
                    function + (domid < 0 ? "" : " for domain " + domid) + " failed: " + Errno.describe(errno)
                            + (logged.isEmpty() ? "" : " (" + logged + ")"),
                    null);
            this.function = function;
            this.errno = errno;
            this.domid = domid;
        }

        /** The C function. */
        public String function() {
            return function;
        }

        /** errno as the call left it. */
        public int errno() {
            return errno;
        }

        /** The domain it was about, -1 for none. */
        public int domid() {
            return domid;
        }
    }

    /** libxenstore, or xenstored, refused a call. */
    public static final class StoreCallFailed extends XenControlException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        /**
         * One failed call.
         *
         * @param function the C function
         * @param object the path or domain it was about; may be empty
         * @param errno as the call left it
         */
        public StoreCallFailed(String function, String object, int errno) {
            super(function + (object.isEmpty() ? "" : " of " + object) + " failed: " + Errno.describe(errno), null);
            this.errno = errno;
        }

        /** errno as the call left it: ENOENT, EACCES, EAGAIN for a transaction to be repeated, … */
        public int errno() {
            return errno;
        }
    }

    /** A library of Xen is not installed, or none fits the running Xen. */
    public static final class LibraryMissing extends XenControlException {
        private static final long serialVersionUID = 1L;

        /** With the library's name and what to install. */
        public LibraryMissing(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** A library lacks a function. */
    public static final class SymbolMissing extends XenControlException {
        private static final long serialVersionUID = 1L;

        /** With both names. */
        public SymbolMissing(String library, String symbol) {
            super(library + " has no function " + symbol, null);
        }
    }

    /** Layouts of this Xen are not known, or the self-check found another layout than expected. */
    public static final class AbiMismatch extends XenControlException {
        private static final long serialVersionUID = 1L;

        /** With what was found and expected. */
        public AbiMismatch(String message) {
            super(message, null);
        }
    }

    /** This machine is not a Xen dom0, or its interfaces cannot be opened. */
    public static final class NotADom0 extends XenControlException {
        private static final long serialVersionUID = 1L;

        /** With the reason. */
        public NotADom0(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** A guest could not be built; the domain is fit only for destroying. */
    public static final class BuildFailed extends XenControlException {
        private static final long serialVersionUID = 1L;
        private final BuildPhase phase;
        private final int errno;
        private final int domid;

        /**
         * One failed phase.
         *
         * @param function the C function
         * @param errno as the call left it
         * @param logged what libxenguest said; may be empty
         */
        public BuildFailed(BuildPhase phase, String function, int errno, int domid, String logged) {
            super(
                    "building domain " + domid + " failed: could not " + phase.words() + " ("
                            + (logged.isEmpty() ? function + ": " + Errno.describe(errno) : logged) + ")",
                    null);
            this.phase = phase;
            this.errno = errno;
            this.domid = domid;
        }

        /** What was being done. */
        public BuildPhase phase() {
            return phase;
        }

        /** errno as the call left it. */
        public int errno() {
            return errno;
        }

        /** The domain being built. */
        public int domid() {
            return domid;
        }
    }

    /** The waiting thread was interrupted. Observe before trying again: the call may still take effect. */
    public static final class WaitInterrupted extends XenControlException {
        private static final long serialVersionUID = 1L;
        private final boolean underWay;

        /**
         * With the call that was waited for.
         *
         * @param underWay false when it had not begun, and now never will
         */
        public WaitInterrupted(String call, boolean underWay) {
            super(
                    "interrupted while waiting for " + call + (underWay ? ", which goes on" : ", which was not made"),
                    null);
            this.underWay = underWay;
        }

        /** Whether the call goes on; otherwise it is not made. */
        public boolean underWay() {
            return underWay;
        }
    }

    /** The interface was closed. */
    public static final class Closed extends XenControlException {
        private static final long serialVersionUID = 1L;

        /** With the call that was not made. */
        public Closed(String call) {
            super(call + " was not called: the interface to Xen is closed", null);
        }
    }
}
