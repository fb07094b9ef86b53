package dev.jxl.xenstore;

import org.jspecify.annotations.Nullable;

/** What can go wrong with xenstore. Unchecked; each case carries its data. */
public abstract sealed class XenStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    XenStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** No connection could be made: there is no xenstored, or it does not answer. */
    public static final class Unreachable extends XenStoreException {
        private static final long serialVersionUID = 1L;

        /** With where it was looked for, why that failed, and what to do. */
        public Unreachable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** A node does not exist. */
    public static final class NoSuchPath extends XenStoreException {
        private static final long serialVersionUID = 1L;
        private final String path;

        /** For a node. */
        public NoSuchPath(String path) {
            super("xenstore has no node " + path, null);
            this.path = path;
        }

        /** The node. */
        public String path() {
            return path;
        }
    }

    /** Not allowed. */
    public static final class AccessDenied extends XenStoreException {
        private static final long serialVersionUID = 1L;

        /** For an operation on a node. */
        public AccessDenied(String operation, String path) {
            super("xenstore denied " + operation + " " + path, null);
        }
    }

    /** A transaction conflicted with others at every try. */
    public static final class TransactionConflict extends XenStoreException {
        private static final long serialVersionUID = 1L;

        /** After so many tries. */
        public TransactionConflict(int tries) {
            super("a xenstore transaction conflicted with other writers " + tries + " times in a row", null);
        }
    }

    /** xenstored's quota is used up. */
    public static final class QuotaExceeded extends XenStoreException {
        private static final long serialVersionUID = 1L;

        /** For an operation on a node. */
        public QuotaExceeded(String operation, String path) {
            super("xenstore's quota is used up: " + operation + " " + path + " was refused", null);
        }
    }

    /**
     * The connection is gone. Of a request that was in flight it is not known whether it was performed; it is never sent
     * again by itself.
     */
    public static final class ConnectionLost extends XenStoreException {
        private static final long serialVersionUID = 1L;

        /** With what is known of the reason. */
        public ConnectionLost(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The peer does not speak xenstore's protocol. */
    public static final class ProtocolViolation extends XenStoreException {
        private static final long serialVersionUID = 1L;

        /** With what was wrong. */
        public ProtocolViolation(String message) {
            super(message, null);
        }
    }

    /** Any other error that xenstored answered. */
    public static final class Refused extends XenStoreException {
        private static final long serialVersionUID = 1L;
        private final String error;

        /** With xenstored's word, e.g. EINVAL. */
        public Refused(String operation, String path, String error) {
            super("xenstore refused " + operation + " " + path + ": " + error, null);
            this.error = error;
        }

        /** xenstored's word, e.g. EINVAL. */
        public String error() {
            return error;
        }
    }
}
