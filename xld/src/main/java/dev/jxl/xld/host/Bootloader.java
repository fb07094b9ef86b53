package dev.jxl.xld.host;

import dev.jxl.config.BootloaderSpec;
import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainUuid;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Programs of dom0 that look for a kernel inside of a guest's disk, whose contents are the guest's: they are read by a stranger's
 * rules, so the programs run locked up.
 */
public interface Bootloader {
    /**
     * Runs one; two minutes at most.
     *
     * @return what it has found: copies, until {@link #release}
     * @throws dev.jxl.xld.api.ToolstackException.BuildFailed with what the program said, when it finds nothing
     * @throws dev.jxl.xld.api.ToolstackException.HostUnsupported when the program, or a user to run it as, is not there
     */
    DirectBoot run(Request request);

    /** Removes what was found for a domain. Idempotent. */
    void release(DomainUuid owner);

    /**
     * What to run.
     *
     * @param owner the domain
     * @param program with its arguments
     * @param given the kernel that the configuration names beside it; the program may take it for a hint
     * @param disk a file or block device of dom0, of blocks as they are
     */
    record Request(DomainUuid owner, BootloaderSpec program, Optional<DirectBoot> given, Path disk) {}
}
