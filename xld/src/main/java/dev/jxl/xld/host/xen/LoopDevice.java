package dev.jxl.xld.host.xen;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.libc.LibC;
import dev.jxl.xenctrl.libc.SystemCallFailed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Requests about loop devices.
 *
 * @source Linux: include/uapi/linux/loop.h
 */
final class LoopDevice {
    private static final long LOOP_SET_FD = 0x4c00;
    private static final long LOOP_CLR_FD = 0x4c01;
    private static final long LOOP_SET_STATUS64 = 0x4c04;
    private static final long LOOP_GET_STATUS64 = 0x4c05;
    private static final long LOOP_CONFIGURE = 0x4c0a;
    private static final long LOOP_CTL_GET_FREE = 0x4c82;

    private static final int FLAG_READ_ONLY = 1;
    private static final int FLAG_AUTOCLEAR = 4;

    private static final int INFO_BYTES = 232;
    private static final int DEVICE_AT = 0;
    private static final int INODE_AT = 8;
    private static final int FLAGS_AT = 52;
    private static final int NAME_AT = 56;
    private static final int NAME_BYTES = 64;

    private static final int CONFIG_BYTES = 304;
    private static final int CONFIG_INFO_AT = 8;

    /** Nothing is bound. */
    private static final int ENXIO = 6;

    /** How often a number that somebody else was faster to take is given up. */
    private static final int TRIES = 64;

    private LoopDevice() {}

    /**
     * What a loop device is set up as.
     *
     * @param device device number of the file system that the file is in, as the kernel packs it
     * @param inode the file's inode there
     * @param readOnly whether it may only be read
     * @param autoclear whether it goes away when nobody has it open
     * @param name the name kept with it: a path, or jxl's mark
     */
    record Status(long device, long inode, boolean readOnly, boolean autoclear, String name) {}

    /**
     * A free loop device bound to an open file.
     *
     * @param path /dev/loopN
     * @param fd it, open; while it is, the device stays
     */
    record Bound(String path, int fd) {}

    /**
     * Binds a free loop device to a file; it goes away by itself when nobody has it open.
     *
     * @param mark kept with the device, less than 64 bytes
     * @throws SystemCallFailed naming the request
     */
    static Bound bind(int fileFd, boolean readWrite, String mark) {
        int control = LibC.open("/dev/loop-control", LibC.O_RDWR);
        try {
            for (int attempt = 0; attempt < TRIES; attempt++) {
                int number = LibC.ioctl(control, LOOP_CTL_GET_FREE, 0, "LOOP_CTL_GET_FREE");
                String path = "/dev/loop" + number;
                int fd = LibC.open(path, readWrite ? LibC.O_RDWR : LibC.O_RDONLY);
                try {
                    configure(fd, path, fileFd, readWrite, mark);
                    return new Bound(path, fd);
                } catch (SystemCallFailed e) {
                    LibC.close(fd);
                    if (e.errno() != Errno.EBUSY) {
                        throw e;
                    }
                }
            }
            throw new SystemCallFailed("LOOP_CONFIGURE of a free loop device, " + TRIES + " times", Errno.EBUSY);
        } finally {
            LibC.close(control);
        }
    }

    private static void configure(int fd, String path, int fileFd, boolean readWrite, String mark) {
        byte[] name = mark.getBytes(StandardCharsets.UTF_8);
        if (name.length >= NAME_BYTES) {
            throw new IllegalArgumentException("'" + mark + "' is too long for a loop device's name");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(CONFIG_BYTES, Long.BYTES);
            MemorySegment info = config.asSlice(CONFIG_INFO_AT, INFO_BYTES);
            config.set(ValueLayout.JAVA_INT, 0, fileFd);
            info.set(ValueLayout.JAVA_INT, FLAGS_AT, FLAG_AUTOCLEAR | (readWrite ? 0 : FLAG_READ_ONLY));
            MemorySegment.copy(name, 0, info, ValueLayout.JAVA_BYTE, NAME_AT, name.length);
            try {
                LibC.ioctl(fd, LOOP_CONFIGURE, config, "LOOP_CONFIGURE " + path);
            } catch (SystemCallFailed e) {
                if (e.errno() != Errno.EINVAL) {
                    throw e;
                }
                // Kernels before 5.8 have it in two requests. There read-only is what both files were opened as.
                LibC.ioctl(fd, LOOP_SET_FD, fileFd, "LOOP_SET_FD " + path);
                LibC.ioctl(fd, LOOP_SET_STATUS64, info, "LOOP_SET_STATUS64 " + path);
            }
        }
    }

    /** How an open loop device is set up; empty when it is free. */
    static Optional<Status> findStatus(int fd, String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES, Long.BYTES);
            LibC.ioctl(fd, LOOP_GET_STATUS64, info, "LOOP_GET_STATUS64 " + path);
            int flags = info.get(ValueLayout.JAVA_INT, FLAGS_AT);
            return Optional.of(new Status(
                    info.get(ValueLayout.JAVA_LONG, DEVICE_AT),
                    info.get(ValueLayout.JAVA_LONG, INODE_AT),
                    (flags & FLAG_READ_ONLY) != 0,
                    (flags & FLAG_AUTOCLEAR) != 0,
                    name(info)));
        } catch (SystemCallFailed e) {
            if (e.errno() == ENXIO) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String name(MemorySegment info) {
        byte[] bytes = info.asSlice(NAME_AT, NAME_BYTES).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** From here on the device stays until it is unbound. */
    static void clearAutoclear(int fd, String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES, Long.BYTES);
            LibC.ioctl(fd, LOOP_GET_STATUS64, info, "LOOP_GET_STATUS64 " + path);
            int flags = info.get(ValueLayout.JAVA_INT, FLAGS_AT);
            info.set(ValueLayout.JAVA_INT, FLAGS_AT, flags & ~FLAG_AUTOCLEAR);
            LibC.ioctl(fd, LOOP_SET_STATUS64, info, "LOOP_SET_STATUS64 " + path);
        }
    }

    /** Lets go of the file; when somebody still has the device open, as soon as nobody has. */
    static void unbind(int fd, String path) {
        try {
            LibC.ioctl(fd, LOOP_CLR_FD, 0, "LOOP_CLR_FD " + path);
        } catch (SystemCallFailed e) {
            if (e.errno() != ENXIO) {
                throw e;
            }
        }
    }
}
