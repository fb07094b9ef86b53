package dev.jxl.xenctrl;

import java.nio.ByteBuffer;

/** Fills a new domain with what it boots. */
public interface GuestBuildCalls {
    /** Told at the start of each phase; an exception thrown here ends the build there and is what the caller gets. */
    @FunctionalInterface
    interface BuildWatcher {
        /** Follows nothing, ends nothing. */
        BuildWatcher NONE = phase -> {};

        /** A phase starts. Runs on a native lane: be quick. */
        void starting(BuildPhase phase);

        /**
         * The kernel is read and, where it was compressed, unpacked. Runs on a native lane.
         *
         * @param elf the kernel as libxenguest loads it; read-only, and not to be used after this call has returned
         */
        default void unpacked(ByteBuffer elf) {}
    }

    /**
     * Loads kernel and modules into the memory of a new, paused domain and prepares its first virtual CPU. All of it
     * is one task on a slow lane. After a failure the domain is fit only for destroying.
     *
     * @return where the guest's xenstore and console rings are
     * @throws XenControlException.BuildFailed with the phase and libxenguest's own words
     */
    BuiltGuest buildGuest(GuestImage image, BuildWatcher watcher);
}
