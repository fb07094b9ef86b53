package dev.jxl.xld.host.xen;

import dev.jxl.xenctrl.libc.LibC;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * xl's lock on its notes about a domain: a BSD lock on a file that its holder removes before letting go.
 *
 * @source tools/libs/light/libxl_internal.c: libxl__lock_file, libxl__unlock_file
 */
final class UserdataLock implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

    private final Path file;
    private final int fd;

    private UserdataLock(Path file, int fd) {
        this.file = file;
        this.fd = fd;
    }

    /**
     * Takes the lock.
     *
     * @throws IOException when somebody has had it for ten seconds
     */
    static UserdataLock take(Path file) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            int fd = LibC.open(file.toString(), LibC.O_RDWR | LibC.O_CREAT);
            // The last holder may have removed the file between our opening and our locking: then it is another one.
            if (LibC.tryFlock(fd, file.toString()) && isStill(file, fd)) {
                return new UserdataLock(file, fd);
            }
            LibC.close(fd);
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "another toolstack (an xl command?) has held " + file + " for " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private static boolean isStill(Path file, int fd) throws IOException {
        Path open = Path.of("/proc/self/fd/" + fd);
        return Files.exists(file) && Files.exists(open) && Files.isSameFile(file, open);
    }

    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(file);
        } finally {
            LibC.close(fd);
        }
    }
}
