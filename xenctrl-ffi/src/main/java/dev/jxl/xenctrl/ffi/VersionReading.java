package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.XenVersion;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/**
 * Asks Xen about itself.
 *
 * @source xen/include/public/version.h
 */
final class VersionReading {
    private static final int EXTRA_BYTES = 16;
    private static final int CHANGESET_BYTES = 64;
    private static final int LONG_TEXT_BYTES = 1024;
    private static final int BUILD_ID_BYTES = 256;
    private static final int MINOR_MASK = 0xffff;

    private VersionReading() {}

    static XenVersion read(XcCall xc) throws Throwable {
        int version = number(xc);
        StructView compiled = xc.struct("xen_compile_info");
        xc.check(ask(xc, "XENVER_compile_info", compiled.segment()));
        MemorySegment virtStart = xc.arena().allocate(ValueLayout.JAVA_LONG);
        xc.check(ask(xc, "XENVER_platform_parameters", virtStart));
        return new XenVersion(
                version >>> Short.SIZE,
                version & MINOR_MASK,
                text(xc, "XENVER_extraversion", EXTRA_BYTES),
                text(compiled, "compiler"),
                text(compiled, "compile_by"),
                text(compiled, "compile_domain"),
                text(compiled, "compile_date"),
                text(xc, "XENVER_capabilities", LONG_TEXT_BYTES).strip(),
                text(xc, "XENVER_changeset", CHANGESET_BYTES),
                virtStart.get(ValueLayout.JAVA_LONG, 0),
                xc.check(ask(xc, "XENVER_pagesize", MemorySegment.NULL)),
                text(xc, "XENVER_commandline", LONG_TEXT_BYTES),
                buildId(xc));
    }

    /** Major in the upper half, minor in the lower. */
    static int number(XcCall xc) throws Throwable {
        return xc.check(ask(xc, "XENVER_version", MemorySegment.NULL));
    }

    private static int ask(XcCall xc, String command, MemorySegment answer) throws Throwable {
        return (int) xc.handle(XcFunction.VERSION)
                .invokeExact(xc.capture(), xc.xch(), xc.abi().constant(command), answer);
    }

    private static String text(XcCall xc, String command, int bytes) throws Throwable {
        MemorySegment answer = xc.arena().allocate(bytes);
        xc.check(ask(xc, command, answer));
        return NativeLibraries.text(answer, bytes);
    }

    private static String text(StructView struct, String field) {
        MemorySegment bytes = struct.slice(field);
        return NativeLibraries.text(bytes, bytes.byteSize());
    }

    /** Xen says how long it is; without one (built without), an error that means nothing to us. */
    private static String buildId(XcCall xc) throws Throwable {
        long header = xc.abi().struct("xen_build_id").size();
        MemorySegment answer = xc.arena().allocate(header + BUILD_ID_BYTES, Integer.BYTES);
        answer.set(ValueLayout.JAVA_INT, 0, BUILD_ID_BYTES);
        int length = ask(xc, "XENVER_build_id", answer);
        return length <= 0
                ? ""
                : HexFormat.of()
                        .formatHex(answer.asSlice(header, Math.min(length, BUILD_ID_BYTES))
                                .toArray(ValueLayout.JAVA_BYTE));
    }
}
