package dev.jxl.xenctrl.ffi;

import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_RESTORE;
import static dev.jxl.xenctrl.ffi.XcFunction.DOMAIN_SAVE;

import dev.jxl.xenctrl.StreamCalls;
import dev.jxl.xenctrl.XenControlException.AbiMismatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link StreamCalls} by libxenguest. */
public final class XcStreams implements StreamCalls {
    /** @source tools/include/xenguest.h: XCFLAGS_LIVE */
    private static final int FLAG_LIVE = 1;

    private static final int STREAM_PLAIN = 0;
    private static final int NO_FD = -1;
    /** From here on xc_domain_restore has one argument more. */
    private static final int FIRST_WITH_MEMFLAGS = 22;

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
            if (xc.abi().minor() >= FIRST_WITH_MEMFLAGS) {
                throw new AbiMismatch(
                        "guests cannot be restored on Xen 4." + xc.abi().minor()
                                + " by this jxl yet: its libxenguest wants another argument than those of Xen 4.17 to 4.21");
            }
            RestoreUpcalls upcalls = new RestoreUpcalls(callbacks, xc.abi());
            MemorySegment struct = upcalls.struct(xc.arena());
            MemorySegment storeGfn = xc.arena().allocate(ValueLayout.JAVA_LONG);
            MemorySegment consoleGfn = xc.arena().allocate(ValueLayout.JAVA_LONG);
            int result = (int) xc.handle()
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
                            NO_FD);
            upcalls.rethrow();
            xc.check(result);
            return new Restored(storeGfn.get(ValueLayout.JAVA_LONG, 0), consoleGfn.get(ValueLayout.JAVA_LONG, 0));
        });
    }
}
