package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.xld.host.GuestBuilder.Built;
import dev.jxl.xld.host.GuestBuilder.Channels;
import dev.jxl.xld.host.IncomingGuest.ArrivingGuest;
import dev.jxl.xld.host.IncomingGuest.SavedGuest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Guests in files of xl's format, and on their way to other hosts. A file is written under another name than its own, in the same
 * folder, and gets its own when it is whole. Failures are {@link dev.jxl.xld.api.ToolstackException}s, those of the file {@code FileFailed},
 * those of a link {@code MigrationFailed}.
 */
public interface GuestStreams {
    /**
     * Writes a guest's configuration, memory and registers. Afterwards, and after a failure that came later than
     * {@link SaveWatcher#suspend}, the guest is suspended.
     *
     * @param part where to; what is there after a failure has to be removed
     * @param configuration in libxl's JSON
     * @param deviceModelState the file with the state of an HVM guest's device model, written by {@link SaveWatcher#suspend}
     * @param watcher asked and told meanwhile
     */
    void save(DomainId domain, Path part, String configuration, Optional<Path> deviceModelState, SaveWatcher watcher);

    /**
     * Sends the same to another host.
     *
     * @param live whether the guest runs on while most of its memory is sent
     */
    void send(
            DomainId domain,
            MigrationLink link,
            String configuration,
            boolean live,
            Optional<Path> deviceModelState,
            SendWatcher watcher);

    /** Gives a whole file its own name; a file that has it is replaced. Idempotent. */
    void publish(Path part, Path target);

    /** Removes what a failed or interrupted save left. Idempotent. */
    void discard(Path part);

    /**
     * Reads a file from its beginning to its end and looks whether a guest can be made of it; nothing else is touched.
     *
     * @throws dev.jxl.xld.api.ToolstackException.FileFailed with what is wrong with it, and where
     */
    SavedGuest open(Path file);

    /**
     * Reads what another host sends, up to the guest's memory.
     *
     * @throws dev.jxl.xld.api.ToolstackException.MigrationFailed with what is wrong with it
     */
    ArrivingGuest receive(MigrationLink link);

    /**
     * Puts the state of a guest's device model, after its memory has come, into a file of its own, which only root may read. Idempotent,
     * but for a guest that is reset, whose file it becomes.
     *
     * @throws dev.jxl.xld.api.ToolstackException.MigrationFailed when none has come
     */
    void extractDeviceModelState(IncomingGuest guest, Path to);

    /**
     * Fills an empty domain with a guest, and reads whatever comes of it.
     *
     * @param storeDomain whom the store's channel is for
     * @param consoleDomain whom the console's channel is for
     * @param progress told from time to time; may throw to cancel
     */
    Built restore(
            DomainId domain,
            IncomingGuest guest,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            GuestBuilder.Progress progress);

    /** Asked and told while a guest is saved. What it throws ends the save. */
    interface SaveWatcher {
        /** Has the guest suspend itself, and returns when it has. */
        void suspend();

        /** Something goes on, in words; may throw to cancel. */
        void phase(String words);
    }

    /** Asked and told while a guest is sent. */
    interface SendWatcher extends SaveWatcher {
        /**
         * A round over the memory of a guest that runs is to begin, or has ended.
         *
         * @param number from 0
         * @param sentPages of 4 KiB, in all rounds
         * @param dirtyPages the guest has written since they were sent; negative: nobody knows yet
         */
        AfterRound round(int number, long sentPages, long dirtyPages);

        /** Has the device model tell Xen which pages it writes, or no longer. */
        void logDirty(boolean on);

        /** Called several times a second; may throw to cancel. */
        void check();
    }

    /** What follows a round. */
    enum AfterRound {
        /** Another one. */
        ANOTHER,
        /** The guest is suspended, and what is dirty is sent. */
        SUSPEND
    }
}
