package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.xld.host.CoreDumps;
import java.nio.file.Path;

/** The port to the simulated machine's cores: files that are only known by name. */
record SimCoreDumps(Incarnation life, SimXen xen, SimFiles files) implements CoreDumps {
    private static final int PIECES = 3;

    @Override
    public void write(DomainId domain, Path part, Progress progress) {
        life.perform("coreDumps.write " + domain, () -> {
            SimDomain subject = xen.require(domain);
            files.addCore(part);
            for (int piece = 1; piece <= PIECES; piece++) {
                long written = subject.usedKib() * 1024 * piece / PIECES;
                // Each piece is a point at which jxld can be killed or cancelled, so it counts as a call.
                life.perform("coreDumps.piece " + piece, () -> progress.written(written));
            }
        });
    }

    @Override
    public void publish(Path part, Path target) {
        life.perform("coreDumps.publish", () -> files.renameCore(part, target));
    }

    @Override
    public void discard(Path part) {
        life.perform("coreDumps.discard", () -> files.removeCore(part));
    }
}
