package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.LibxcLog;
import dev.jxl.xenctrl.XenControlException.NotADom0;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.WrongMethodTypeException;

/** What belongs to one native thread: its xc_interface (not safe for two), its logger, its errno. */
final class Lane implements AutoCloseable {
    private final NativeLibraries libraries;
    private final AbiTable abi;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment capture = arena.allocate(NativeLibraries.CAPTURE);
    private final LaneLogger logger;
    private final MemorySegment xch;

    /**
     * Opens an interface to Xen; on the thread that will use it.
     *
     * @param openFlags 0; tests without Xen pass XC_OPENFLAG_DUMMY
     */
    Lane(NativeLibraries libraries, AbiTable abi, LibxcLog log, int openFlags) {
        this.libraries = libraries;
        this.abi = abi;
        this.logger = new LaneLogger(libraries, log, arena);
        logger.start("");
        try {
            xch = (MemorySegment) libraries
                    .handle(XcFunction.INTERFACE_OPEN)
                    .invokeExact(capture, logger.segment(), logger.segment(), openFlags);
        } catch (Throwable t) {
            arena.close();
            throw bug(t);
        }
        if (xch.equals(MemorySegment.NULL)) {
            int errno = NativeLibraries.errno(capture);
            String said = logger.said();
            arena.close();
            throw new NotADom0(
                    "the interface to Xen cannot be opened: " + Errno.describe(errno)
                            + (said.isEmpty() ? "" : " (" + said + ")") + ". jxld needs root in domain 0.",
                    null);
        }
    }

    NativeLibraries libraries() {
        return libraries;
    }

    AbiTable abi() {
        return abi;
    }

    MemorySegment capture() {
        return capture;
    }

    LaneLogger logger() {
        return logger;
    }

    MemorySegment xch() {
        return xch;
    }

    /** Runs one task to its end. */
    <T> T run(CFunction function, int domid, String operation, XcTask<T> task) {
        logger.start(operation);
        try (Arena memory = Arena.ofConfined()) {
            return task.run(new XcCall(this, memory, function, domid));
        } catch (Throwable t) {
            throw bug(t);
        }
    }

    /** Passes on what has a meaning; a method handle that refuses its arguments is our bug. */
    private static RuntimeException bug(Throwable t) {
        return switch (t) {
            case WrongMethodTypeException e ->
                throw new AssertionError("a native call has other types than declared", e);
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> throw new AssertionError(t);
        };
    }

    @Override
    public void close() {
        try {
            int _ = (int) libraries.handle(XcFunction.INTERFACE_CLOSE).invokeExact(capture, xch);
        } catch (Throwable t) {
            throw bug(t);
        } finally {
            arena.close();
        }
    }
}
