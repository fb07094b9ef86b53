package dev.jxl.xld.host.sim;

import dev.jxl.config.DirectBoot;
import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.host.Bootloader;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Bootloaders of a simulated machine: one with {@code missing} in its name is not there; a disk with {@code empty} in its name has no
 * kernel; the others have one, and arguments that tell where it came from.
 */
record SimBootloader(Incarnation life, SimFiles files) implements Bootloader {
    @Override
    public DirectBoot run(Request request) {
        return life.call("bootloader.run " + request.program().program(), () -> found(request));
    }

    private DirectBoot found(Request request) {
        String program = request.program().program();
        if (program.contains("missing")) {
            throw new ToolstackException.HostUnsupported("there is no bootloader '" + program + "'");
        }
        if (request.disk().toString().contains("empty")) {
            throw new ToolstackException.BuildFailed(
                    "running the bootloader '" + program + "'", "exit status 1; it said: no kernel in there", null);
        }
        files.found(request.owner(), true);
        return new DirectBoot(
                Path.of("/sim/boot/" + request.owner() + "/kernel"),
                Optional.empty(),
                "found-by=" + program + " " + String.join(" ", request.program().args()));
    }

    @Override
    public void release(DomainUuid owner) {
        life.perform("bootloader.release", () -> files.found(owner, false));
    }
}
