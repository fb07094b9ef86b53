package dev.jxl.xld.host;

import dev.jxl.config.DomainId;
import dev.jxl.config.DomainUuid;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives backends block devices: a block device is used as it is, a file gets a loop device. */
public interface BlockAttach {
    /**
     * Makes a block device of a target, marked as belonging to {@code owner}. Until {@link Attached#keep} is called, a loop
     * device disappears by itself when jxld dies and nobody has it open. One that the same owner's same disk has of the same file is
     * used once more: a guest that is sent from this host to this host has two domains for a while.
     *
     * @param readWrite false: the loop device is read-only
     * @throws dev.jxl.xld.api.ToolstackException.DeviceFailed when the target is neither a block device nor a file, is in use in
     *     a way that would corrupt it, or no loop device is free
     */
    Attached attach(DomainUuid owner, String vdev, Path target, boolean readWrite);

    /** Frees the loop devices that carry this owner's and disk's mark, but for those in use elsewhere. Idempotent. */
    void release(DomainUuid owner, String vdev, Set<Path> inUse);

    /** Frees all loop devices that carry an owner's mark, but for those in use elsewhere. Idempotent. */
    void releaseAll(DomainUuid owner, Set<Path> inUse);

    /**
     * Frees a loop device that Xen's own block script made of a file, for a domain that xl made. Nothing happens when the
     * device is another file's by now or is one of jxl's. Idempotent.
     *
     * @param device the script's loop device, /dev/loopN
     * @param file the file it was made of
     * @source tools/hotplug/Linux/block: remove
     */
    void releaseOfScript(Path device, Path file);

    /**
     * What the backend of a disk has counted.
     *
     * @param backendKind vbd, qdisk, …
     * @return by the kernel's words (rd_req, wr_sect, …); empty when nobody counts
     */
    Map<String, Long> statistics(String backendKind, DomainId domain, int devid);

    /**
     * What dom0 itself does with a disk that it is served by another domain, as half a sentence: "its disk xvda is mounted"; empty when it
     * does nothing, or has no such disk.
     *
     * @param devid the number of dom0's virtual device
     */
    Optional<String> findOwnUse(int devid);

    /** All loop devices that carry an owner's mark. */
    List<Path> listOwnedBy(DomainUuid owner);

    /** All loop devices that carry a mark of jxl's. */
    List<Marked> listMarked();

    /**
     * A loop device of jxl's.
     *
     * @param device /dev/loopN
     * @param owner the domain that it was made for
     * @param vdev the disk's name there
     */
    record Marked(Path device, DomainUuid owner, String vdev) {}

    /** A block device for a backend. */
    interface Attached {
        /** The device: /dev/loop3 or the target itself. */
        Path device();

        /** Whether it is a loop device, to be released when the disk is removed. */
        boolean loop();

        /** Major number. */
        int major();

        /** Minor number. */
        int minor();

        /** The backend has it open now: from here on the loop device lives until released. Idempotent. */
        void keep();
    }
}
