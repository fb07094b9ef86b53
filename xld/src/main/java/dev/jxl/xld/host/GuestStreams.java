package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.xld.host.GuestBuilder.Built;
import dev.jxl.xld.host.GuestBuilder.Channels;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Guests in files of xl's format. A file is written under another name than its own, in the same folder, and gets its own when it is
 * whole. Failures are {@link dev.jxl.xld.api.ToolstackException}s, those of the file {@code FileFailed}.
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
     * Copies the state of a saved guest's device model to a file of its own, which only root may read. Idempotent.
     */
    void extractDeviceModelState(SavedGuest saved, Path to);

    /**
     * Fills an empty domain with a saved guest.
     *
     * @param storeDomain whom the store's channel is for
     * @param consoleDomain whom the console's channel is for
     * @param progress told from time to time; may throw to cancel
     */
    Built restore(
            DomainId domain,
            SavedGuest saved,
            Channels channels,
            DomainId storeDomain,
            DomainId consoleDomain,
            GuestBuilder.Progress progress);

    /**
     * A file that a guest can be made of.
     *
     * @param file it
     * @param configuration the guest's, in libxl's JSON
     * @param imageOffset where libxc's image begins, in bytes
     * @param deviceModelState where an HVM guest has that of its device model
     */
    record SavedGuest(Path file, String configuration, long imageOffset, Optional<Extent> deviceModelState) {}

    /** Part of a file, in bytes. */
    record Extent(long offset, long bytes) {}

    /** Asked and told while a guest is saved. What it throws ends the save. */
    interface SaveWatcher {
        /** Has the guest suspend itself, and returns when it has. */
        void suspend();

        /** Something goes on, in words; may throw to cancel. */
        void phase(String words);
    }
}
