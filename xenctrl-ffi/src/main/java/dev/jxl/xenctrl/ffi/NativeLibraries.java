package dev.jxl.xenctrl.ffi;

import dev.jxl.xenctrl.XenControlException.LibraryMissing;
import dev.jxl.xenctrl.XenControlException.SymbolMissing;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The C libraries that fit one Xen version. Opened by absolute path, so that no environment variable chooses another;
 * functions are linked at their first use, and always with errno captured: it belongs to the thread, and the JVM makes
 * system calls of its own.
 */
public final class NativeLibraries {
    /** Where errno is put by each call. */
    static final StructLayout CAPTURE = Linker.Option.captureStateLayout();

    /** Overrides the folders searched; for unusual installations. */
    public static final String FOLDER_PROPERTY = "jxl.xen.library.folder";

    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final List<String> FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib", "/usr/local/lib64", "/lib64");

    private final int minor;
    private final Map<Library, SymbolLookup> opened = new ConcurrentHashMap<>();
    private final Map<CFunction, MethodHandle> linked = new ConcurrentHashMap<>();

    /** Nothing is opened yet. */
    public NativeLibraries(int xenMinor) {
        this.minor = xenMinor;
    }

    /**
     * The function, ready to be called with the errno segment as its first argument.
     *
     * @throws LibraryMissing when its library is not installed
     * @throws SymbolMissing when the library, being of another version, lacks it or declares it otherwise
     */
    public MethodHandle handle(CFunction function) {
        MethodHandle handle = linked.get(function);
        return handle != null ? handle : linked.computeIfAbsent(function, this::link);
    }

    /** Whether this version has the function. */
    public boolean has(CFunction function) {
        return find(function).isPresent();
    }

    /** errno as the last call with this segment left it. */
    static int errno(MemorySegment capture) {
        return (int) ERRNO.get(capture, 0L);
    }

    private MethodHandle link(CFunction function) {
        MemorySegment address = find(function)
                .orElseThrow(() -> new SymbolMissing(function.library().fileName(minor), function.symbol()));
        return Restricted.downcall(address, function.prototype().descriptor());
    }

    private Optional<MemorySegment> find(CFunction function) {
        return function.existsIn(minor) ? lookup(function.library()).find(function.symbol()) : Optional.empty();
    }

    private SymbolLookup lookup(Library library) {
        return opened.computeIfAbsent(
                library, l -> l == Library.LIBC ? Linker.nativeLinker().defaultLookup() : open(l));
    }

    private SymbolLookup open(Library library) {
        String name = library.fileName(minor);
        String override = System.getProperty(FOLDER_PROPERTY, "");
        List<Path> candidates = Stream.concat(Stream.of(override).filter(f -> !f.isEmpty()), FOLDERS.stream())
                .map(folder -> Path.of(folder, name))
                .toList();
        for (Path candidate : candidates) {
            if (Files.exists(candidate)) {
                try {
                    return Restricted.load(candidate);
                } catch (IllegalArgumentException e) {
                    throw new LibraryMissing(candidate + " cannot be loaded: is another library it needs missing?", e);
                }
            }
        }
        throw new LibraryMissing(
                name + (library.versioned() ? ", which fits the running Xen 4." + minor + "," : "") + " is in none of "
                        + FOLDERS + ": " + library.advice(minor),
                null);
    }

    /** A C string of at most {@code limit} bytes, invalid ones replaced; empty for NULL. */
    static String text(MemorySegment pointer, long limit) {
        if (pointer.equals(MemorySegment.NULL)) {
            return "";
        }
        MemorySegment bytes = pointer.byteSize() == 0 ? Restricted.sized(pointer, limit) : pointer;
        long end = 0;
        while (end < Math.min(limit, bytes.byteSize()) && bytes.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        return new String(bytes.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
