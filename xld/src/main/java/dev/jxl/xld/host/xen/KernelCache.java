package dev.jxl.xld.host.xen;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Unpacked kernels, kept as files: unpacking takes most of the time of building a small guest, and guests share kernels. A kept
 * file stands for one version of the kernel's file (device, inode, size, times) during one boot of the host; whatever goes
 * wrong with it costs time, never a creation.
 */
final class KernelCache {
    private static final System.Logger LOG = System.getLogger(KernelCache.class.getName());
    private static final Path FOLDER = Path.of("/var/cache/jxl/kernels");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int KEPT = 4;
    private static final long LARGEST_BYTES = 512L << 20;

    private final Path folder;
    private final String boot;

    /**
     * In a folder, which is made when the first kernel is kept.
     *
     * @param boot changes with each boot of the host: files are not synced, so a power cut may leave them short
     */
    KernelCache(Path folder, String boot) {
        this.folder = folder;
        this.boot = boot;
    }

    /** jxld's own. */
    static KernelCache ofThisBoot() {
        String boot;
        try {
            boot = Files.readString(BOOT_ID, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            boot = UUID.randomUUID().toString();
        }
        return new KernelCache(FOLDER, boot);
    }

    /**
     * A kernel's file as it is now.
     *
     * @param file what the user named
     * @param kept where its unpacked form is or would be; empty when the file cannot be looked at
     */
    record Kernel(KernelCache cache, Path file, Optional<Path> kept) {
        /** What libxenguest is to load: the unpacked form where there is one. */
        Path toLoad() {
            return kept.filter(Files::isRegularFile).map(cache::touch).orElse(file);
        }

        /** Keeps the unpacked form, unless there is one or the kernel was not compressed. */
        void keep(ByteBuffer elf) {
            if (kept.isPresent() && !Files.exists(kept.get())) {
                cache.store(this, elf);
            }
        }
    }

    /** Looks at a kernel's file. */
    Kernel look(Path file) {
        try {
            return new Kernel(this, file, Optional.of(folder.resolve(nameFor(file))));
        } catch (IOException e) {
            return new Kernel(this, file, Optional.empty());
        }
    }

    private String nameFor(Path file) throws IOException {
        Map<String, Object> now = new TreeMap<>(Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime"));
        return UUID.nameUUIDFromBytes((boot + now).getBytes(StandardCharsets.UTF_8)) + ".elf";
    }

    private Path touch(Path kept) {
        try {
            Files.setLastModifiedTime(kept, FileTime.from(Instant.now()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "it is only the order in which kernels are dropped");
        }
        return kept;
    }

    private void store(Kernel kernel, ByteBuffer elf) {
        Path target = kernel.kept().orElseThrow();
        try {
            // The file may have been replaced while libxenguest read it: then nobody knows which of the two this is.
            if (elf.remaining() > LARGEST_BYTES
                    || elf.remaining() == Files.size(kernel.file())
                    || !target.equals(folder.resolve(nameFor(kernel.file())))) {
                return;
            }
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path unfinished = Files.createTempFile(folder, "kernel", ".new");
            try (FileChannel out = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                while (elf.hasRemaining()) {
                    int _ = out.write(elf);
                }
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            dropOldest();
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the unpacked kernel " + kernel.file() + " could not be kept in " + folder + ": " + e.getMessage());
        }
    }

    private void dropOldest() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.sorted(Comparator.comparingLong((Path p) -> p.toFile().lastModified())
                            .reversed())
                    .toList();
        }
        for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
            Files.deleteIfExists(old);
        }
    }
}
