package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.StreamCalls.Progress;
import dev.jxl.xenctrl.StreamCalls.SaveCallbacks;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;

/**
 * What libxenguest asks during a save.
 *
 * @source tools/include/xenguest.h: struct save_callbacks, precopy_policy_t
 */
final class SaveUpcalls {
    private static final int SUSPENDED = 1;
    private static final int NOT_SUSPENDED = 0;
    private static final int ABORT = -1;

    private static final FunctionDescriptor SUSPEND = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final FunctionDescriptor LOG_DIRTY = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);

    private final SaveCallbacks callbacks;
    private final AbiTable abi;
    private final Upcalls upcalls = new Upcalls();

    SaveUpcalls(SaveCallbacks callbacks, AbiTable abi) {
        this.callbacks = callbacks;
        this.abi = abi;
    }

    /** To be given to C while the arena lives. */
    MemorySegment struct(Arena arena) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        StructView struct = StructView.allocate(abi.struct("save_callbacks"), arena);
        struct.pointer("suspend", Upcalls.stub(lookup, this, "suspend", SUSPEND, arena));
        struct.pointer("precopy_policy", Upcalls.stub(lookup, this, "precopy", precopyDescriptor(), arena));
        struct.pointer("switch_qemu_logdirty", Upcalls.stub(lookup, this, "logDirty", LOG_DIRTY, arena));
        return struct.segment();
    }

    /** The statistics come by value: the linker must know their members, whose places the table confirms. */
    private FunctionDescriptor precopyDescriptor() {
        StructLayout stats = MemoryLayout.structLayout(
                ValueLayout.JAVA_INT.withName("iteration"),
                MemoryLayout.paddingLayout(Integer.BYTES),
                ValueLayout.JAVA_LONG.withName("total_written"),
                ValueLayout.JAVA_LONG.withName("dirty_count"));
        if (stats.byteSize() != abi.struct("precopy_stats").size()) {
            throw new AssertionError("struct precopy_stats has another size than the layout table says");
        }
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, stats, ValueLayout.ADDRESS);
    }

    void rethrow() {
        upcalls.rethrow();
    }

    @SuppressWarnings("unused")
    private int suspend(MemorySegment data) {
        return upcalls.guarded(NOT_SUSPENDED, () -> {
            callbacks.suspend();
            return SUSPENDED;
        });
    }

    @SuppressWarnings("unused")
    private int precopy(MemorySegment stats, MemorySegment data) {
        return upcalls.guarded(ABORT, () -> {
            StructView view = StructView.element(abi.struct("precopy_stats"), stats, 0);
            return callbacks
                    .precopy(new Progress(view.u32("iteration"), view.u64("total_written"), view.u64("dirty_count")))
                    .value();
        });
    }

    @SuppressWarnings("unused")
    private int logDirty(int domid, int enable, MemorySegment data) {
        return upcalls.guarded(ABORT, () -> {
            callbacks.logDirty(enable != 0);
            return 0;
        });
    }
}
