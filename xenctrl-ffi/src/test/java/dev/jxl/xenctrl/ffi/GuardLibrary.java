package dev.jxl.xenctrl.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** {@code guard.c}, compiled with the installed headers: structs that end at an unreadable page, as C has them. */
@SuppressWarnings("restricted")
public final class GuardLibrary {
    private static final int PAGE = 4096;

    private final SymbolLookup library;

    GuardLibrary(Path file) {
        library = SymbolLookup.libraryLookup(file, Arena.global());
    }

    /** Compiles and loads it. */
    public static GuardLibrary compile(Path folder) throws IOException, InterruptedException {
        Path file = file(folder);
        InstalledXen.compile(folder, "-shared", "-fPIC", "-o", file.toString(), "src/test/c/guard.c");
        return new GuardLibrary(file);
    }

    static Path file(Path folder) {
        return folder.resolve("libguard.so");
    }

    /** Memory of this size whose next byte cannot be touched. */
    public MemorySegment flush(long size) throws Throwable {
        MemorySegment end = (MemorySegment)
                function("before_guard", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG))
                        .invokeExact((long) PAGE * 2);
        return MemorySegment.ofAddress(end.address() - size).reinterpret(size);
    }

    /** How many bytes C writes when it fills a struct, which Java thinks is that long. */
    public long overwritten(String struct, long size) throws Throwable {
        return (long) function("overwrite_" + struct, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
                .invokeExact(flush(size));
    }

    /** What C has to say against a struct that Java has written: nothing. */
    public String complaint(String function, MemorySegment struct) throws Throwable {
        MemorySegment answer =
                (MemorySegment) function(function, FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                        .invokeExact(struct);
        return answer.reinterpret(100).getString(0);
    }

    MethodHandle function(String name, FunctionDescriptor descriptor) throws IOException {
        return Linker.nativeLinker()
                .downcallHandle(
                        library.find(name).orElseThrow(() -> new IOException("src/test/c/guard.c has no " + name)),
                        descriptor);
    }
}
