package dev.jxl.xld.engine.life;

import dev.jxl.config.DomainId;
import dev.jxl.xld.api.ToolstackException;
import dev.jxl.xld.engine.operation.OperationRun;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HostFiles.PathKind;
import dev.jxl.xld.store.PartialFiles;
import java.nio.file.Path;

/** Writes a domain's core so that there is a whole one or none, whatever happens. */
public final class CoreDumping {
    /**
     * Where cores of domains go that nobody named a file for.
     *
     * @source tools/xl/xl_vmcontrol.c: handle_domain_death; config/Paths.mk: XEN_DUMP_DIR
     */
    private static final Path FOLDER = Path.of("/var/lib/xen/dump");

    private static final System.Logger LOG = System.getLogger(CoreDumping.class.getName());
    private static final long MIB = 1 << 20;

    private final Host host;
    private final PartialFiles partialFiles;

    /** A file is in {@code partialFiles} until it is whole. */
    public CoreDumping(Host host, PartialFiles partialFiles) {
        this.host = host;
        this.partialFiles = partialFiles;
    }

    /** The file that a crashed domain's core goes to. */
    static Path fileOf(String domainName) {
        return FOLDER.resolve(domainName);
    }

    /** Refuses a file that must not be replaced. */
    public void requireWritable(Path file) {
        if (!file.isAbsolute() || file.getFileName() == null) {
            throw new ToolstackException.FileFailed(
                    "a core's file must be a whole path that starts with '/', not '" + file + "'", null);
        }
        PathKind kind = host.files().inspect(file);
        if (kind != PathKind.MISSING && kind != PathKind.FILE) {
            throw new ToolstackException.FileFailed(
                    "a core cannot be written to " + file + ": it is a folder or a device; name a file", null);
        }
    }

    /** Dumps; progress and cancel by the run. */
    public void perform(DomainId domain, Path file, OperationRun run) {
        long total = host.hypervisor()
                .find(domain)
                .orElseThrow(() -> new ToolstackException.DomainNotFound(domain.toString()))
                .memoryKib();
        String words = run.view().step();
        Path part =
                file.resolveSibling("." + file.getFileName() + "." + run.view().id() + ".part");
        partialFiles.add(part);
        try {
            host.coreDumps().write(domain, part, bytes -> {
                run.phase(words + ": " + bytes / MIB + " of " + total / 1024 + " MiB");
            });
            host.coreDumps().publish(part, file);
        } catch (RuntimeException e) {
            discard(part, e);
            throw e;
        }
        partialFiles.remove(part);
    }

    private void discard(Path part, RuntimeException because) {
        try {
            host.coreDumps().discard(part);
            partialFiles.remove(part);
        } catch (RuntimeException e) {
            because.addSuppressed(e);
            LOG.log(System.Logger.Level.ERROR, part + " could not be removed; it is tried again when jxld starts", e);
        }
    }

    /** Removes the halves that an earlier jxld left. */
    public void discardLeftOvers() {
        for (Path part : partialFiles.list()) {
            try {
                host.coreDumps().discard(part);
                partialFiles.remove(part);
            } catch (ToolstackException e) {
                LOG.log(System.Logger.Level.WARNING, e.getMessage());
            }
        }
    }
}
