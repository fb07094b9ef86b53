package dev.jxl.xld.host.xen;

import dev.jxl.config.DomainId;
import dev.jxl.xenctrl.XenControl;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.CoreDumps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Cores written by libxenguest, into files that only root may read: they hold the guest's secrets. */
final class XenCoreDumps implements CoreDumps {
    private static final Set<StandardOpenOption> FRESH =
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private final XenControl xen;
    private final KernelLane lane;

    XenCoreDumps(XenControl xen, KernelLane lane) {
        this.xen = xen;
        this.lane = lane;
    }

    @Override
    public void write(DomainId domain, Path part, Progress progress) {
        discard(part);
        try (FileChannel file = open(part)) {
            XenErrors.having(
                    "dumping the core of",
                    domain,
                    () -> xen.dumpCore(domain.value(), piece -> {
                        write(file, piece);
                        progress.written(file.position());
                    }));
            file.force(true);
        } catch (IOException e) {
            throw failed("writing", part, e);
        } catch (UncheckedIOException e) {
            throw failed("writing", part, e);
        }
    }

    private static FileChannel open(Path part) throws IOException {
        Path folder = part.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return FileChannel.open(
                part, FRESH, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static void write(FileChannel file, ByteBuffer piece) throws IOException {
        while (piece.hasRemaining()) {
            file.write(piece);
        }
    }

    @Override
    public void publish(Path part, Path target) {
        lane.run(() -> {
            try {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                // Said again after a restart: it has its name already.
            } catch (IOException e) {
                throw failed("naming", target, e);
            }
        });
    }

    @Override
    public void discard(Path part) {
        lane.run(() -> {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                throw failed("removing", part, e);
            }
        });
    }

    private static FileFailed failed(String doing, Path file, Exception e) {
        String reason = e instanceof FileSystemException system
                ? String.valueOf(system.getReason())
                : String.valueOf(e.getMessage()).replaceFirst("^.*Exception: ", "");
        return new FileFailed(
                doing + " " + file + " failed: " + reason
                        + "; 'df' shows whether there is room, and nothing is left of it",
                e);
    }
}
