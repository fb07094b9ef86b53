package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.LibxcLog;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.regex.Pattern;

/**
 * The xentoollog logger of one lane: turns what libxc logs into Java, with the operation of the call under way. Without
 * one, libxc writes to standard error and libxenguest to a file of its own.
 *
 * @source tools/include/xentoollog.h: xentoollog_logger
 */
final class LaneLogger {
    private static final int XTL_DETAIL = 3;
    private static final int XTL_PROGRESS = 4;
    private static final int XTL_NOTICE = 6;
    private static final int XTL_WARN = 7;
    private static final int LINE_LIMIT = 4096;
    private static final int KEPT_LIMIT = 2000;
    private static final int CONTEXT_LIMIT = 64;
    private static final String VMESSAGE = "vmessage";

    private static final Pattern NOISE = Pattern.compile("^panic: \\S+\\.c:\\d+: |: Internal error$");

    private final LibxcLog sink;
    private final MethodHandle vsnprintf;
    private final MemorySegment capture;
    private final MemorySegment line;
    private final MemorySegment struct;
    private final StringBuilder grave = new StringBuilder();
    private String operation = "";

    /** Lives as long as the arena; used by one thread only. */
    LaneLogger(NativeLibraries libraries, LibxcLog sink, Arena arena) {
        this.sink = sink;
        this.vsnprintf = libraries.handle(LibcFunction.VSNPRINTF);
        this.capture = arena.allocate(NativeLibraries.CAPTURE);
        this.line = arena.allocate(LINE_LIMIT);
        this.struct = arena.allocate(3L * Long.BYTES, Long.BYTES);
        struct.set(ValueLayout.ADDRESS, 0, upcall(arena));
        struct.set(ValueLayout.ADDRESS, 2L * Long.BYTES, destroyUpcall(arena));
    }

    MemorySegment segment() {
        return struct;
    }

    /** A new call starts: forget what was said. */
    void start(String forOperation) {
        operation = forOperation;
        grave.setLength(0);
    }

    /** Warnings and errors since {@link #start}, joined. */
    String said() {
        return grave.toString();
    }

    private MemorySegment upcall(Arena arena) {
        // A va_list is an array on x86-64 and so arrives as a pointer.
        FunctionDescriptor descriptor = FunctionDescriptor.ofVoid(
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS);
        return Restricted.upcall(bound(VMESSAGE, descriptor.toMethodType()), descriptor, arena);
    }

    private MemorySegment destroyUpcall(Arena arena) {
        FunctionDescriptor descriptor = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);
        return Restricted.upcall(bound("destroy", descriptor.toMethodType()), descriptor, arena);
    }

    private MethodHandle bound(String name, MethodType type) {
        try {
            return MethodHandles.lookup().bind(this, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }

    /**
     * Called by C, hundreds of times in one build: what nobody wants is not even formatted. Nothing may leave it: an
     * exception in an upcall ends the process.
     */
    @SuppressWarnings("unused")
    private void vmessage(
            MemorySegment logger, int level, int errno, MemorySegment context, MemorySegment format, MemorySegment al) {
        try {
            if (level < XTL_DETAIL || !sink.wants(level(level))) {
                return;
            }
            int _ = (int) vsnprintf.invokeExact(capture, line, (long) LINE_LIMIT, format, al);
            String text = NativeLibraries.text(line, LINE_LIMIT).strip();
            if (errno > 0) {
                text += ": " + Errno.describe(errno);
            }
            if (level >= XTL_WARN && grave.length() < KEPT_LIMIT) {
                grave.append(grave.isEmpty() ? "" : "; ").append(plain(text));
            }
            sink.message(level(level), operation, NativeLibraries.text(context, CONTEXT_LIMIT), text);
        } catch (Throwable t) {
            grave.append("; a message of libxc was lost: ").append(t);
        }
    }

    /** Without the places in libxenguest's source and the names of error classes: for a user they are noise. */
    private static String plain(String text) {
        return NOISE.matcher(text).replaceAll("");
    }

    /** Called by C when the interface would own its logger; the arena owns this one. */
    @SuppressWarnings("unused")
    private void destroy(MemorySegment logger) {}

    private static LibxcLog.Level level(int xtl) {
        if (xtl > XTL_WARN) {
            return LibxcLog.Level.ERROR;
        }
        if (xtl == XTL_WARN) {
            return LibxcLog.Level.WARNING;
        }
        if (xtl > XTL_PROGRESS && xtl <= XTL_NOTICE) {
            return LibxcLog.Level.INFO;
        }
        return xtl == XTL_PROGRESS ? LibxcLog.Level.PROGRESS : LibxcLog.Level.DEBUG;
    }
}
