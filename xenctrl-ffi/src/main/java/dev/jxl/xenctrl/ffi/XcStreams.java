package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_RESTORE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_RESTORE_WITH_MEMFLAGS;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SAVE;

import dev.jxl.xenctrl.StreamCalls;
import dev.jxl.xenctrl.XenControlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** {@link StreamCalls} by libxenguest. */
public final class XcStreams implements StreamCalls {
    /** @source tools/include/xenguest.h: XCFLAGS_LIVE */
    private static final int FLAG_LIVE = 1;

    private static final int STREAM_PLAIN = 0;
    private static final int NO_FD = -1;
    /** No domain has this number. @source xen/include/public/xen.h: DOMID_IDLE */
    private static final int NOBODY = 0x7FFF;
    /** As libxl has it: any node's memory. @source tools/libs/light/libxl_save_helper.c: main (Xen 4.22) */
    private static final int NO_MEMFLAGS = 0;

    private final NativeLanes lanes;

    /** On these lanes. */
    public XcStreams(NativeLanes lanes) {
        this.lanes = lanes;
    }

    @Override
    public void save(int domid, int fd, boolean live, SaveCallbacks callbacks) {
        int _ = lanes.slow(DOMAIN_SAVE, domid, xc -> {
            SaveUpcalls upcalls = new SaveUpcalls(callbacks, xc.abi());
            MemorySegment struct = upcalls.struct(xc.arena());
            int result = (int) xc.handle()
                    .invokeExact(xc.capture(), xc.xch(), fd, domid, live ? FLAG_LIVE : 0, struct, STREAM_PLAIN, NO_FD);
            upcalls.rethrow();
            return xc.check(result);
        });
    }

    @Override
    public Restored restore(int domid, int fd, Channels channels, RestoreCallbacks callbacks) {
        return lanes.slow(DOMAIN_RESTORE, domid, xc -> {
            RestoreUpcalls upcalls = new RestoreUpcalls(callbacks, xc.abi());
            MemorySegment struct = upcalls.struct(xc.arena());
            MemorySegment storeGfn = xc.arena().allocate(ValueLayout.JAVA_LONG);
            MemorySegment consoleGfn = xc.arena().allocate(ValueLayout.JAVA_LONG);
            int result = (int) restore(xc)
                    .invokeExact(
                            xc.capture(),
                            xc.xch(),
                            fd,
                            domid,
                            channels.storePort(),
                            storeGfn,
                            channels.storeDomid(),
                            channels.consolePort(),
                            consoleGfn,
                            channels.consoleDomid(),
                            STREAM_PLAIN,
                            struct,
                            NO_FD,
                            NO_MEMFLAGS);
            upcalls.rethrow();
            xc.check(result);
            return new Restored(storeGfn.get(ValueLayout.JAVA_LONG, 0), consoleGfn.get(ValueLayout.JAVA_LONG, 0));
        });
    }

    @Override
    public void rehearse() {
        fail(() -> save(NOBODY, NO_FD, true, new Rehearsal()));
        fail(() -> restore(NOBODY, NO_FD, new Channels(0, 0, 0, 0), missing -> {}));
    }

    /** What of it needs no Xen: C's ways back into Java. */
    public static void rehearseWithoutXen(AbiTable abi) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment _ = new SaveUpcalls(new Rehearsal(), abi).struct(arena);
            MemorySegment _ = new RestoreUpcalls(missing -> {}, abi).struct(arena);
        }
    }

    private static final class Rehearsal implements SaveCallbacks {
        @Override
        public void suspend() {}

        @Override
        public Precopy precopy(Progress progress) {
            return Precopy.ABORT;
        }

        @Override
        public void logDirty(boolean enable) {}
    }

    private static void fail(Runnable call) {
        try {
            call.run();
        } catch (XenControlException.HypercallFailed asItShall) {
            return;
        }
        throw new IllegalStateException("libxenguest has saved or restored a guest that there cannot be");
    }

    /** The function as Xen 4.22 and later declare it; what older ones do not take is left out. */
    private static MethodHandle restore(XcCall xc) {
        if (DOMAIN_RESTORE_WITH_MEMFLAGS.existsIn(xc.abi().minor())) {
            return xc.handle(DOMAIN_RESTORE_WITH_MEMFLAGS);
        }
        MethodHandle older = xc.handle();
        return MethodHandles.dropArguments(older, older.type().parameterCount(), int.class);
    }
}
