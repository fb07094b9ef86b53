package dev.jxl.xenctrl.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Calls of the C library. Each blocks until the kernel has answered: never call them on a virtual thread. File descriptors
 * made here are closed on exec and must be given back by {@link #close}.
 */
public final class LibC {
    /** Open for reading. */
    public static final int O_RDONLY = 0;
    /** Open for writing. */
    public static final int O_WRONLY = 1;
    /** Open for both. */
    public static final int O_RDWR = 2;
    /** Make it when it is not there, readable and writable by its owner. */
    public static final int O_CREAT = 0x40;
    /** Empty it. */
    public static final int O_TRUNC = 0x200;
    /** For block devices: only when nobody else in the kernel has claimed it. */
    public static final int O_EXCL = 0x80;

    private static final int O_CLOEXEC = 0x80000;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | O_CLOEXEC;
    private static final int EINTR = 4;

    private static final int OWNER_ONLY = 0600;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int EAGAIN = 11;

    private static final Linker LINKER = Linker.nativeLinker();
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    private static final MethodHandle OPEN = function(
            "open",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            2);
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), -1);
    private static final MethodHandle IOCTL_POINTER = function(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
            2);
    private static final MethodHandle IOCTL_NUMBER = function(
            "ioctl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
            2);
    private static final MethodHandle SOCKET = function(
            "socket",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            -1);

    private static final MethodHandle SENDTO = function(
            "sendto",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT),
            -1);

    private static final MethodHandle FLOCK = function(
            "flock", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), -1);

    private static final MethodHandle FCNTL_NUMBER = function(
            "fcntl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            2);

    private static final MethodHandle LSEEK = function(
            "lseek",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
            -1);

    private static final int F_SETPIPE_SZ = 1031;
    private static final int SEEK_SET = 0;
    private static final int SEEK_END = 2;

    private LibC() {}

    /**
     * Where the next read or write of a file is to be.
     *
     * @param offset from the file's beginning, in bytes
     * @throws SystemCallFailed with errno
     */
    public static void seek(int fd, long offset) {
        seek(fd, offset, SEEK_SET);
    }

    /** The next write of a file is to be at its end. */
    public static void seekToEnd(int fd) {
        seek(fd, 0, SEEK_END);
    }

    private static void seek(int fd, long offset, int from) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long answer = (long) LSEEK.invokeExact(state, fd, offset, from);
            if (answer < 0) {
                throw new SystemCallFailed("lseek", (int) ERRNO.get(state, 0L));
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Opens a file or device.
     *
     * @param flags a sum of {@code O_…}
     * @return the file descriptor
     * @throws SystemCallFailed with errno
     */
    public static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            while (true) {
                MemorySegment state = arena.allocate(CALL_STATE);
                int fd = (int) OPEN.invokeExact(state, name, flags | O_CLOEXEC, OWNER_ONLY);
                if (fd >= 0) {
                    return fd;
                }
                int errno = (int) ERRNO.get(state, 0L);
                if (errno != EINTR) {
                    throw new SystemCallFailed("open " + path, errno);
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** A socket that interface requests (SIOC…) can be made on. */
    public static int requestSocket() {
        return socket(AF_INET, SOCK_DGRAM_CLOEXEC);
    }

    static int socket(int family, int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int fd = (int) SOCKET.invokeExact(state, family, type, 0);
            return checked(fd, "socket", state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Sends one datagram to a Unix socket.
     *
     * @param address a path, or {@code @name} for an abstract address; at most 107 bytes
     * @throws SystemCallFailed with errno, e.g. when nobody listens
     */
    public static void sendDatagram(String address, byte[] message) {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path.length > SocketStructs.LONGEST_PATH) {
            throw new IllegalArgumentException(
                    "a socket's address has 1 to " + SocketStructs.LONGEST_PATH + " bytes: " + address);
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        int fd = socket(SocketStructs.AF_UNIX, SOCK_DGRAM_CLOEXEC);
        try (Arena arena = Arena.ofConfined()) {
            // struct sockaddr_un: the family, then the path; an abstract one has no end but the length.
            MemorySegment to = arena.allocate(2L + SocketStructs.LONGEST_PATH + 1);
            to.set(ValueLayout.JAVA_SHORT, 0, SocketStructs.AF_UNIX);
            MemorySegment.copy(path, 0, to, ValueLayout.JAVA_BYTE, 2, path.length);
            int length = 2 + path.length + (path[0] == 0 ? 0 : 1);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
            MemorySegment state = arena.allocate(CALL_STATE);
            long sent = (long) SENDTO.invokeExact(state, fd, bytes, (long) message.length, 0, to, length);
            if (sent < 0) {
                throw new SystemCallFailed("sendto " + address, (int) ERRNO.get(state, 0L));
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        } finally {
            close(fd);
        }
    }

    /**
     * Takes the whole-file lock of BSD (flock), which ends when the file is closed.
     *
     * @param what for the error: the file
     * @return false when somebody else has it
     */
    public static boolean tryFlock(int fd, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int answer = (int) FLOCK.invokeExact(state, fd, LOCK_EX_NB);
            if (answer < 0 && (int) ERRNO.get(state, 0L) == EAGAIN) {
                return false;
            }
            checked(answer, "flock " + what, state);
            return true;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Has a pipe hold more before whoever writes to it waits for whoever reads.
     *
     * @param bytes so many at least
     * @return false, and nothing has changed, when the kernel does not grant that, or this is no pipe
     * @source Linux: fs/pipe.c: pipe_fcntl
     */
    public static boolean widenPipe(int fd, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            return (int) FCNTL_NUMBER.invokeExact(state, fd, F_SETPIPE_SZ, bytes) >= bytes;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Closes a file descriptor. After any answer it is closed, so errors are not told. */
    public static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int _ = (int) CLOSE.invokeExact(state, fd);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A request about an open file, with a pointer.
     *
     * @param what for the error: the request's name and its object
     * @param argument as large as the request says
     * @return what the kernel answered, 0 or more
     * @throws SystemCallFailed with errno
     */
    public static int ioctl(int fd, long request, MemorySegment argument, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int answer = (int) IOCTL_POINTER.invokeExact(state, fd, request, argument);
            return checked(answer, what, state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** As the other {@code ioctl}, with a number. */
    public static int ioctl(int fd, long request, long argument, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int answer = (int) IOCTL_NUMBER.invokeExact(state, fd, request, argument);
            return checked(answer, what, state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    static int checked(int answer, String what, MemorySegment state) {
        return (int) checked((long) answer, what, state);
    }

    static long checked(long answer, String what, MemorySegment state) {
        if (answer < 0) {
            throw new SystemCallFailed(what, (int) ERRNO.get(state, 0L));
        }
        return answer;
    }

    /** Whether a call is to be made again. */
    static boolean interrupted(long answer, MemorySegment state) {
        return answer < 0 && (int) ERRNO.get(state, 0L) == EINTR;
    }

    // A variadic function is called in another way than one with fixed arguments.
    @SuppressWarnings("restricted")
    static MethodHandle function(String name, FunctionDescriptor descriptor, int firstVariadic) {
        MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
        return firstVariadic < 0
                ? LINKER.downcallHandle(address, descriptor, CAPTURE_ERRNO)
                : LINKER.downcallHandle(
                        address, descriptor, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(firstVariadic));
    }
}
