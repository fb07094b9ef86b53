package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.CoreSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * The function that libxenguest calls for each piece of a core.
 *
 * @source tools/include/xenctrl.h: dumpcore_rtn_t
 */
final class CoreUpcall {
    private static final FunctionDescriptor DUMPCORE_RTN = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

    private final CoreSink sink;
    private @Nullable Throwable thrown;

    CoreUpcall(CoreSink sink) {
        this.sink = sink;
    }

    /** To be called while the arena lives. */
    MemorySegment stub(Arena arena) {
        try {
            return Restricted.upcall(
                    MethodHandles.lookup().bind(this, "piece", DUMPCORE_RTN.toMethodType()), DUMPCORE_RTN, arena);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("piece", e);
        }
    }

    /** Called by C. Nothing may leave it: an exception in an upcall ends the process. */
    @SuppressWarnings("unused")
    private int piece(MemorySegment xch, MemorySegment arg, MemorySegment buffer, int length) {
        try {
            // SAFETY: libxenguest owns that many bytes there until this returns.
            sink.write(Restricted.sized(buffer, Integer.toUnsignedLong(length)).asByteBuffer());
            return 0;
        } catch (Throwable t) {
            thrown = t;
            return -1;
        }
    }

    /** Throws what the sink threw, if it did. */
    void rethrow() {
        switch (thrown) {
            case null -> {}
            case IOException e -> throw new UncheckedIOException(e);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(thrown);
        }
    }
}
