package dev.jxl.xenctrl;

/**
 * Guests' memory as a stream. libxenguest works on one for minutes, checks itself by assertions that end the process, and reads
 * what a stranger may have written: call these only in a process that may die.
 *
 * @source tools/include/xenguest.h: xc_domain_save, xc_domain_restore
 */
public interface StreamCalls {
    /** What a save has done so far, before and after each round over the guest's memory. */
    record Progress(int iteration, long pagesWritten, long dirtyPages) {
        /** {@link #dirtyPages} where nobody knows yet. */
        public static final long UNKNOWN = -1;
    }

    /** What is to be done next while the guest still runs. */
    enum Precopy {
        /** The save fails. */
        ABORT(-1),
        /** Another round. */
        CONTINUE(0),
        /** The guest is suspended, and what is still dirty follows. */
        STOP_AND_COPY(1);

        private final int value;

        Precopy(int value) {
            this.value = value;
        }

        /** Xen's number. @source tools/include/xenguest.h: XGS_POLICY_ABORT */
        public int value() {
            return value;
        }
    }

    /** Asked during a save, on a native lane. What they throw ends the save and is what the caller gets. */
    interface SaveCallbacks {
        /** Has the guest suspend itself; returns when it has, and its device model has stopped. */
        void suspend();

        /** A round begins or ends while the guest runs; only asked in a live save. */
        Precopy precopy(Progress progress);

        /** Has the device model tell Xen which pages it writes, or no longer. Nothing to do where there is none. */
        void logDirty(boolean enable);
    }

    /** Told during a restore, on a native lane. What it throws ends the restore and is what the caller gets. */
    @FunctionalInterface
    interface RestoreCallbacks {
        /**
         * All that does not change while a guest runs is read.
         *
         * @param cpuidMissing the stream is of an old Xen and has no CPUID policy: one has to be given to the domain now
         */
        void staticDataDone(boolean cpuidMissing);
    }

    /** Event channel ports in the guest, and whom they are for. */
    record Channels(int storePort, int storeDomid, int consolePort, int consoleDomid) {}

    /** Frame numbers of a restored guest's rings. */
    record Restored(long storeGfn, long consoleGfn) {}

    /**
     * Writes a guest's stream.
     *
     * @param fd open for writing
     * @param live the guest runs on during all rounds but the last; otherwise it is suspended first
     * @throws XenControlException.HypercallFailed with libxenguest's own words
     */
    void save(int domid, int fd, boolean live, SaveCallbacks callbacks);

    /**
     * Fills an empty domain from a stream. After a failure the domain is fit only for destroying.
     *
     * @param fd open for reading, where the stream begins; afterwards where it has ended
     * @throws XenControlException.HypercallFailed with libxenguest's own words
     */
    Restored restore(int domid, int fd, Channels channels, RestoreCallbacks callbacks);

    /**
     * Fails to write and to read a guest that there cannot be: all that is done once per process is done after it. Nothing is changed.
     */
    void rehearse();
}
