package dev.jxl.xenctrl.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * A connection to a Unix socket on which open files can be handed over, which Java's own cannot. For one platform thread, which waits in
 * the kernel; another may {@link #shutdown} it meanwhile.
 *
 * @source unix(7): SCM_RIGHTS
 */
public final class UnixStream implements AutoCloseable {
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SO_SNDTIMEO = 21;
    private static final int SHUT_RDWR = 2;
    /** A peer that has gone is an error, not a signal. */
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final MethodHandle SETSOCKOPT = LibC.function(
            "setsockopt",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT),
            -1);
    private static final MethodHandle CONNECT = LibC.function(
            "connect",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            -1);
    private static final MethodHandle SENDMSG = LibC.function(
            "sendmsg",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            -1);
    private static final MethodHandle RECV = LibC.function(
            "recv",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT),
            -1);
    private static final MethodHandle SHUTDOWN = LibC.function(
            "shutdown", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), -1);

    private final int fd;
    private boolean closed;

    private UnixStream(int fd) {
        this.fd = fd;
    }

    /**
     * A socket that is not connected yet.
     *
     * @throws SystemCallFailed with errno
     */
    public static UnixStream open() {
        return new UnixStream(LibC.socket(SocketStructs.AF_UNIX, SOCK_STREAM_CLOEXEC));
    }

    /**
     * Connects. Who listens may be busy with others: then it waits.
     *
     * @param patience for this, and for each write
     * @throws SystemCallFailed with errno: EAGAIN when the patience is over
     */
    public void connect(Path socket, Duration patience) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibC.CALL_STATE);
            MemorySegment time = SocketStructs.duration(arena, patience);
            int set = (int) SETSOCKOPT.invokeExact(
                    state, fd, SocketStructs.SOL_SOCKET, SO_SNDTIMEO, time, (int) time.byteSize());
            int _ = LibC.checked(set, "setsockopt SO_SNDTIMEO", state);
            MemorySegment address = SocketStructs.address(arena, socket);
            int answer;
            do {
                answer = (int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize());
            } while (LibC.interrupted(answer, state));
            int _ = LibC.checked(answer, "connect " + socket, state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Sends bytes.
     *
     * @param file an open file that goes with the first of them; it stays open here, and is to be closed by whoever opened it
     * @throws SystemCallFailed with errno: EPIPE when the other end is gone, EAGAIN when it does not read
     */
    public void write(byte[] bytes, OptionalInt file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment all = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            MemorySegment message = arena.allocate(SocketStructs.MSGHDR);
            MemorySegment vector = arena.allocate(SocketStructs.IOVEC);
            MemorySegment state = arena.allocate(LibC.CALL_STATE);
            long sent = 0;
            while (sent < bytes.length) {
                SocketStructs.fillMessage(message, vector, all.asSlice(sent));
                if (sent == 0 && file.isPresent()) {
                    SocketStructs.addFile(message, arena.allocate(SocketStructs.CMSG_OF_ONE_FILE), file.getAsInt());
                }
                long count = (long) SENDMSG.invokeExact(state, fd, message, MSG_NOSIGNAL);
                if (!LibC.interrupted(count, state)) {
                    sent += LibC.checked(count, "sendmsg", state);
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Waits for bytes. Open files that come with them are not taken: the kernel closes them.
     *
     * @return how many came, at most as many as there is room for; -1 at the end, also after {@link #shutdown}
     * @throws SystemCallFailed with errno
     */
    public int read(byte[] into) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(into.length);
            MemorySegment state = arena.allocate(LibC.CALL_STATE);
            long count;
            do {
                count = (long) RECV.invokeExact(state, fd, bytes, (long) into.length, 0);
            } while (LibC.interrupted(count, state));
            long got = LibC.checked(count, "recv", state);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, into, 0, (int) got);
            return got == 0 ? -1 : (int) got;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the conversation; who waits in {@link #read} or {@link #write} comes back. For any thread, quick. Idempotent. */
    public synchronized void shutdown() {
        if (closed) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibC.CALL_STATE);
            // It fails when there is no connection: then there is nothing to end.
            int _ = (int) SHUTDOWN.invokeExact(state, fd, SHUT_RDWR);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Gives the socket back; only by the thread that uses it. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(fd);
        }
    }
}
