package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.XenControlException.HypercallFailed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** What a task has at hand: the lane's interface to Xen, and memory that lives until the task ends. */
final class XcCall {
    private final Lane lane;
    private final Arena arena;
    private final CFunction function;
    private final int domid;

    XcCall(Lane lane, Arena arena, CFunction function, int domid) {
        this.lane = lane;
        this.arena = arena;
        this.function = function;
        this.domid = domid;
    }

    /** The xc_interface. */
    MemorySegment xch() {
        return lane.xch();
    }

    /** First argument of every call. */
    MemorySegment capture() {
        return lane.capture();
    }

    /** Memory of this task, zeroed. */
    Arena arena() {
        return arena;
    }

    /** Layouts of the running Xen. */
    AbiTable abi() {
        return lane.abi();
    }

    /** A zeroed struct of this task. */
    StructView struct(String name) {
        return StructView.allocate(abi().struct(name), arena);
    }

    /** The function the task is named after. */
    MethodHandle handle() {
        return lane.libraries().handle(function);
    }

    /** Another function. */
    MethodHandle handle(CFunction other) {
        return lane.libraries().handle(other);
    }

    /** errno of the last call. */
    int errno() {
        return NativeLibraries.errno(lane.capture());
    }

    /** What libxc complained of during this task. */
    String said() {
        return lane.logger().said();
    }

    /** Throws for a negative result of the function the task is named after. */
    int check(int result) {
        return check(function, result);
    }

    /** Throws for a negative result of another function. */
    int check(CFunction called, int result) {
        if (result < 0) {
            throw failure(called);
        }
        return result;
    }

    /** errno of the last call as an exception. */
    HypercallFailed failure(CFunction called) {
        return new HypercallFailed(called.symbol(), errno(), domid, said());
    }
}
