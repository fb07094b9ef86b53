package dev.jxl.xenstore.memory;

/** Called before each operation on a store in memory, on the caller's thread and outside of the store's lock. */
@FunctionalInterface
public interface Interceptor {
    /** What is about to be done. */
    enum Operation {
        /** A value is read. */
        READ,
        /** Children are listed. */
        LIST,
        /** A value is written. */
        WRITE,
        /** A node is made. */
        MKDIR,
        /** A node is removed. */
        REMOVE,
        /** Permissions are read. */
        PERMISSIONS,
        /** Permissions are set. */
        SET_PERMISSIONS,
        /** A transaction begins; its path is the root. */
        BEGIN,
        /** A transaction is to be committed; its path is the root. */
        COMMIT,
        /** A watch is set. */
        WATCH,
        /** A domain is introduced; the path is its own. */
        INTRODUCE,
        /** A domain is released; the path is its own. */
        RELEASE
    }

    /**
     * May wait (a slow xenstored) or throw a {@link dev.jxl.xenstore.XenStoreException} (a failing one); then the operation
     * is not performed.
     *
     * @param operation what
     * @param domid who
     * @param path on which node
     */
    void before(Operation operation, int domid, String path);
}
