package dev.jxl.xenctrl.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Java functions that C calls during one native call, and what the first of them threw: nothing may leave an upcall, because an
 * exception in one ends the process.
 */
final class Upcalls {
    private @Nullable Throwable thrown;

    /** What a function does; may throw. */
    @FunctionalInterface
    interface Body {
        int run();
    }

    /**
     * A function for C.
     *
     * @param receiver whose method it is
     * @param method its name; its types are the descriptor's
     * @param arena lives as long as C may call it
     */
    static MemorySegment stub(
            MethodHandles.Lookup lookup, Object receiver, String method, FunctionDescriptor descriptor, Arena arena) {
        try {
            return Restricted.upcall(lookup.bind(receiver, method, descriptor.toMethodType()), descriptor, arena);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(method, e);
        }
    }

    /** Runs a body; what it throws is kept, and C gets {@code failure}. */
    int guarded(int failure, Body body) {
        try {
            return body.run();
        } catch (Throwable t) {
            if (thrown == null) {
                thrown = t;
            }
            return failure;
        }
    }

    /** Throws what was thrown, if anything. */
    void rethrow() {
        switch (thrown) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(thrown);
        }
    }
}
