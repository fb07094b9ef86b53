package dev.jxl.xld.engine.life;

import dev.jxl.config.BootloaderSpec;
import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainSpec;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.Bootloader;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.plan.Planner;

/** The kernel that a bootloader finds in the disk of a domain that is being made. */
final class SoughtKernel {
    private static final System.Logger LOG = System.getLogger(SoughtKernel.class.getName());

    private final Host host;
    private final DomainUuid uuid;
    private final String name;
    private boolean sought;

    /** Nothing is looked for yet. */
    SoughtKernel(Host host, DomainUuid uuid, String name) {
        this.host = host;
        this.uuid = uuid;
        this.name = name;
    }

    /** A kernel that is none is told here, with the same words as one that the configuration names. */
    DirectBoot find(DomainSpec spec) {
        BootloaderSpec program = spec.bootloader().orElseThrow();
        sought = true;
        DirectBoot found = host.bootloader()
                .run(new Bootloader.Request(
                        uuid,
                        program,
                        spec.boot(),
                        Planner.bootDisk(spec).target().orElseThrow()));
        Planner.kernelProblem(spec, found.kernel(), host.files().inspectKernel(found.kernel()))
                .ifPresent(problem -> {
                    throw new ToolstackException.BuildFailed(
                            "finding a kernel with the bootloader '" + program.program() + "'", problem, null);
                });
        return found;
    }

    /** Memory's worth of files: they go as soon as nobody needs them; where they cannot, jxld's next start takes them. */
    void release() {
        if (!sought) {
            return;
        }
        try {
            host.bootloader().release(uuid);
            sought = false;
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "what a bootloader found for '" + name + "' stays until jxld starts again: " + e);
        }
    }
}
