package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.StreamCalls.RestoreCallbacks;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;

/**
 * What libxenguest tells during a restore.
 *
 * @source tools/include/xenguest.h: struct restore_callbacks, XGR_SDD_MISSING_CPUID
 */
final class RestoreUpcalls {
    private static final int FAILED = -1;
    private static final int MISSING_CPUID = 1;

    private static final FunctionDescriptor STATIC_DATA_DONE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);

    private final RestoreCallbacks callbacks;
    private final AbiTable abi;
    private final Upcalls upcalls = new Upcalls();

    RestoreUpcalls(RestoreCallbacks callbacks, AbiTable abi) {
        this.callbacks = callbacks;
        this.abi = abi;
    }

    /** To be given to C while the arena lives. */
    MemorySegment struct(Arena arena) {
        StructView struct = StructView.allocate(abi.struct("restore_callbacks"), arena);
        struct.pointer(
                "static_data_done",
                Upcalls.stub(MethodHandles.lookup(), this, "staticDataDone", STATIC_DATA_DONE, arena));
        return struct.segment();
    }

    void rethrow() {
        upcalls.rethrow();
    }

    @SuppressWarnings("unused")
    private int staticDataDone(int missing, MemorySegment data) {
        return upcalls.guarded(FAILED, () -> {
            callbacks.staticDataDone((missing & MISSING_CPUID) != 0);
            return 0;
        });
    }
}
