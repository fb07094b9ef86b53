package dev.jxl.xld.host.xen;

import dev.jxl.xld.host.HostFiles.PathKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the kernel knows a file by.
 *
 * @param kind plain file, block device, or something else
 * @param device of the file system it is in, as the kernel packs device numbers
 * @param inode there
 * @param number for a device: its own number, packed alike
 */
record FileIdentity(PathKind kind, long device, long inode, long number) {
    private static final int TYPE_MASK = 0xf000;
    private static final int TYPE_BLOCK = 0x6000;
    private static final int TYPE_FILE = 0x8000;

    /** Of a file; links are followed. */
    static FileIdentity of(Path path) throws IOException {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(path, "unix:mode,dev,ino,rdev");
        } catch (NoSuchFileException e) {
            return new FileIdentity(PathKind.MISSING, 0, 0, 0);
        }
        int type = ((Number) require(attributes, "mode")).intValue() & TYPE_MASK;
        return new FileIdentity(
                switch (type) {
                    case TYPE_BLOCK -> PathKind.BLOCK_DEVICE;
                    case TYPE_FILE -> PathKind.FILE;
                    default -> PathKind.OTHER;
                },
                ((Number) require(attributes, "dev")).longValue(),
                ((Number) require(attributes, "ino")).longValue(),
                ((Number) require(attributes, "rdev")).longValue());
    }

    private static Object require(Map<String, Object> attributes, String name) throws IOException {
        Object value = attributes.get(name);
        if (value == null) {
            throw new IOException("the file system does not tell '" + name + "'");
        }
        return value;
    }

    /** The device's major number. */
    int major() {
        return major(number);
    }

    /** The device's minor number. */
    int minor() {
        return minor(number);
    }

    /** @source Linux: include/linux/kdev_t.h: new_encode_dev */
    static int major(long number) {
        return (int) ((number >>> 8) & 0xfff);
    }

    static int minor(long number) {
        return (int) ((number & 0xff) | ((number >>> 12) & 0xfff00));
    }

    /** The packed form of a number. */
    static long number(int major, int minor) {
        return ((long) major << 8) | (minor & 0xff) | ((minor & 0xfff00L) << 12);
    }
}
