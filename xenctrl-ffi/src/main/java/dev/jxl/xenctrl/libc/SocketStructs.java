package dev.jxl.xenctrl.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * glibc's structs about sockets, on 64-bit machines. C compares them in the tests.
 *
 * @source glibc: sys/socket.h, bits/socket.h, sys/un.h, bits/types/struct_timeval.h
 */
final class SocketStructs {
    static final short AF_UNIX = 1;
    static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final long MICROS = 1_000_000;

    /** Longest path of a Unix socket's address, without its NUL. */
    static final int LONGEST_PATH = 107;

    static final StructLayout SOCKADDR_UN = MemoryLayout.structLayout(
            ValueLayout.JAVA_SHORT.withName("sun_family"),
            MemoryLayout.sequenceLayout(LONGEST_PATH + 1, ValueLayout.JAVA_BYTE).withName("sun_path"));

    static final StructLayout IOVEC = MemoryLayout.structLayout(
            ValueLayout.ADDRESS.withName("iov_base"), ValueLayout.JAVA_LONG.withName("iov_len"));

    static final StructLayout MSGHDR = MemoryLayout.structLayout(
            ValueLayout.ADDRESS.withName("msg_name"),
            ValueLayout.JAVA_INT.withName("msg_namelen"),
            MemoryLayout.paddingLayout(4),
            ValueLayout.ADDRESS.withName("msg_iov"),
            ValueLayout.JAVA_LONG.withName("msg_iovlen"),
            ValueLayout.ADDRESS.withName("msg_control"),
            ValueLayout.JAVA_LONG.withName("msg_controllen"),
            ValueLayout.JAVA_INT.withName("msg_flags"),
            MemoryLayout.paddingLayout(4));

    /** With room for one file descriptor: cmsg_len counts up to it, the struct's room goes on to the next 8 bytes. */
    static final StructLayout CMSG_OF_ONE_FILE = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("cmsg_len"),
            ValueLayout.JAVA_INT.withName("cmsg_level"),
            ValueLayout.JAVA_INT.withName("cmsg_type"),
            ValueLayout.JAVA_INT.withName("fd"),
            MemoryLayout.paddingLayout(4));

    static final StructLayout TIMEVAL = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("tv_sec"), ValueLayout.JAVA_LONG.withName("tv_usec"));

    private SocketStructs() {}

    static long offset(StructLayout struct, String member) {
        return struct.byteOffset(PathElement.groupElement(member));
    }

    /** The address of a socket in the file system. */
    static MemorySegment address(SegmentAllocator memory, Path socket) {
        byte[] path = socket.toString().getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path.length > LONGEST_PATH) {
            throw new IllegalArgumentException("a socket's path has 1 to " + LONGEST_PATH + " bytes: " + socket);
        }
        MemorySegment address = memory.allocate(SOCKADDR_UN).fill((byte) 0);
        address.set(ValueLayout.JAVA_SHORT, offset(SOCKADDR_UN, "sun_family"), AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, offset(SOCKADDR_UN, "sun_path"), path.length);
        return address;
    }

    /** Fills a message of some bytes, which must live as long as it does. */
    static void fillMessage(MemorySegment message, MemorySegment vector, MemorySegment bytes) {
        vector.set(ValueLayout.ADDRESS, offset(IOVEC, "iov_base"), bytes);
        vector.set(ValueLayout.JAVA_LONG, offset(IOVEC, "iov_len"), bytes.byteSize());
        message.fill((byte) 0);
        message.set(ValueLayout.ADDRESS, offset(MSGHDR, "msg_iov"), vector);
        message.set(ValueLayout.JAVA_LONG, offset(MSGHDR, "msg_iovlen"), 1);
    }

    /** Has a message take along an open file. */
    static void addFile(MemorySegment message, MemorySegment control, int fd) {
        control.fill((byte) 0);
        control.set(
                ValueLayout.JAVA_LONG,
                offset(CMSG_OF_ONE_FILE, "cmsg_len"),
                offset(CMSG_OF_ONE_FILE, "fd") + Integer.BYTES);
        control.set(ValueLayout.JAVA_INT, offset(CMSG_OF_ONE_FILE, "cmsg_level"), SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, offset(CMSG_OF_ONE_FILE, "cmsg_type"), SCM_RIGHTS);
        control.set(ValueLayout.JAVA_INT, offset(CMSG_OF_ONE_FILE, "fd"), fd);
        message.set(ValueLayout.ADDRESS, offset(MSGHDR, "msg_control"), control);
        message.set(ValueLayout.JAVA_LONG, offset(MSGHDR, "msg_controllen"), control.byteSize());
    }

    static MemorySegment duration(Arena memory, Duration duration) {
        MemorySegment time = memory.allocate(TIMEVAL);
        time.set(ValueLayout.JAVA_LONG, offset(TIMEVAL, "tv_sec"), duration.toSeconds());
        time.set(ValueLayout.JAVA_LONG, offset(TIMEVAL, "tv_usec"), duration.toNanosPart() * MICROS / 1_000_000_000);
        return time;
    }
}
