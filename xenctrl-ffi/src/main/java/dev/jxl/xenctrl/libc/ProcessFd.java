package dev.jxl.xenctrl.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that is held on to, anybody's: it stands for that process alone, even after the kernel has given its number to
 * another one. Calls block until the kernel has answered: never make them on a virtual thread.
 *
 * @source pidfd_open(2), pidfd_send_signal(2); glibc has them from 2.36 on
 */
public final class ProcessFd implements AutoCloseable {
    /** The signal that cannot be caught. */
    public static final int SIGKILL = 9;
    /** The signal that asks a process to end. */
    public static final int SIGTERM = 15;

    private static final long POLLFD_BYTES = 8;
    private static final long POLLFD_EVENTS = 4;
    private static final long POLLFD_REVENTS = 6;
    private static final short POLLIN = 1;

    private static final MethodHandle PIDFD_OPEN = LibC.function(
            "pidfd_open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), -1);
    private static final MethodHandle PIDFD_SEND_SIGNAL = LibC.function(
            "pidfd_send_signal",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT),
            -1);
    private static final MethodHandle POLL = LibC.function(
            "poll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
            -1);

    private final long pid;
    private final int fd;
    private boolean closed;

    private ProcessFd(long pid, int fd) {
        this.pid = pid;
        this.fd = fd;
    }

    /**
     * Takes hold of a process.
     *
     * @throws SystemCallFailed ESRCH when there is none of that number
     */
    public static ProcessFd open(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibC.CALL_STATE);
            int fd = (int) PIDFD_OPEN.invokeExact(state, Math.toIntExact(pid), 0);
            return new ProcessFd(pid, LibC.checked(fd, "pidfd_open " + pid, state));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Its number while it lives. */
    public long pid() {
        return pid;
    }

    /**
     * Sends it a signal.
     *
     * @throws SystemCallFailed ESRCH when it has ended
     */
    public synchronized void signal(int signal) {
        requireOpen();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibC.CALL_STATE);
            int answer = (int) PIDFD_SEND_SIGNAL.invokeExact(state, fd, signal, MemorySegment.NULL, 0);
            int _ = LibC.checked(answer, "sending signal " + signal + " to process " + pid, state);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Waits until one of some processes has ended.
     *
     * @param timeoutMillis 0 or more
     * @return those that have ended; may be empty before the time is over
     */
    public static List<ProcessFd> awaitEnd(List<ProcessFd> processes, int timeoutMillis) {
        try (Arena arena = Arena.ofConfined()) {
            // struct pollfd: int fd, short events, short revents. One more, so that there is memory for none.
            MemorySegment polled = arena.allocate(POLLFD_BYTES * (processes.size() + 1), Integer.BYTES);
            for (int i = 0; i < processes.size(); i++) {
                processes.get(i).requireOpen();
                polled.set(ValueLayout.JAVA_INT, i * POLLFD_BYTES, processes.get(i).fd);
                polled.set(ValueLayout.JAVA_SHORT, i * POLLFD_BYTES + POLLFD_EVENTS, POLLIN);
            }
            MemorySegment state = arena.allocate(LibC.CALL_STATE);
            int answer = (int) POLL.invokeExact(state, polled, (long) processes.size(), timeoutMillis);
            if (LibC.interrupted(answer, state)) {
                return List.of();
            }
            int _ = LibC.checked(answer, "poll", state);
            List<ProcessFd> ended = new ArrayList<>();
            for (int i = 0; i < processes.size(); i++) {
                if (polled.get(ValueLayout.JAVA_SHORT, i * POLLFD_BYTES + POLLFD_REVENTS) != 0) {
                    ended.add(processes.get(i));
                }
            }
            return List.copyOf(ended);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("process " + pid + " was let go");
        }
    }

    /** Lets go of it; it lives on. Not while another thread waits for it. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(fd);
        }
    }
}
