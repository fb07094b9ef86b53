package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xenctrl.CreateDomain;
import dev.jxl.xenctrl.DomainInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Net 4: C, compiled with the installed headers, writes and reads whole structs that end at an unreadable page. One byte
 * too few in the table kills the test run, every time. That the page is real is shown by a process that is meant to die.
 */
@Timeout(120)
@SuppressWarnings("restricted")
class GuardPageIT {
    private static final int PAGE = 4096;

    @TempDir
    static Path folder;

    private static SymbolLookup library;
    private static AbiTable abi;

    @BeforeAll
    static void compile() throws Exception {
        int minor = InstalledXen.minor();
        abi = AbiTable.of(minor);
        Path file = folder.resolve("libguard.so");
        InstalledXen.compile(folder, "-shared", "-fPIC", "-o", file.toString(), "src/test/c/guard.c");
        library = SymbolLookup.libraryLookup(file, Arena.global());
    }

    @Test
    void createDomain_isReadByCAsJavaWroteIt() throws Throwable {
        CStruct layout = abi.struct("xen_domctl_createdomain");
        StructView config = StructView.element(layout, flush(layout.size()), 0);
        XcDomains.fill(
                config,
                new CreateDomain(
                        7,
                        UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                        0x23,
                        1,
                        4,
                        1023,
                        -1,
                        -1,
                        2,
                        5,
                        6,
                        0x1ff,
                        1));

        MemorySegment answer = (MemorySegment)
                function("check_createdomain", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                        .invokeExact(config.segment());

        assertThat(answer.reinterpret(100).getString(0)).isEmpty();
    }

    @Test
    void domainInfo_isReadByJavaAsCWroteIt() throws Throwable {
        CStruct layout = abi.struct("xen_domctl_getdomaininfo");
        MemorySegment struct = flush(layout.size());
        function("fill_getdomaininfo", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))
                .invokeExact(struct);

        assertThat(XcDomains.info(StructView.element(layout, struct, 0)))
                .isEqualTo(new DomainInfo(
                        32751,
                        0x30004,
                        101,
                        102,
                        103,
                        104,
                        105,
                        106,
                        107,
                        108,
                        109,
                        110,
                        UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f"),
                        111,
                        40,
                        0x1ff,
                        1));
    }

    @Test
    void everyStruct_isAsLongAsCThinks() throws Throwable {
        for (CStruct struct : abi.structs().values()) {
            long written = (long) function(
                            "overwrite_" + struct.name(),
                            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
                    .invokeExact(flush(struct.size()));
            assertThat(written).as(struct.name()).isEqualTo(struct.size());
        }
    }

    @Test
    void structOneByteTooShort_killsTheProcess() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + folder.resolve("expected-crash.log"),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TooShort.class.getName(),
                        folder.resolve("libguard.so").toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("expected-crash.out").toFile())
                .start();

        int status = process.waitFor();
        String said = Files.readString(folder.resolve("expected-crash.out"));
        assertThat(said).contains("SIGSEGV");
        assertThat(status).isNotZero();
    }

    /** Run on its own: dies. */
    static final class TooShort {
        private TooShort() {}

        /** The library's path. */
        public static void main(String[] args) throws Throwable {
            library = SymbolLookup.libraryLookup(Path.of(args[0]), Arena.global());
            long _ = (long) function(
                            "overwrite_xen_domctl_createdomain",
                            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
                    .invokeExact(flush(AbiTable.of(InstalledXen.minor())
                                    .struct("xen_domctl_createdomain")
                                    .size()
                            - 1));
        }
    }

    /** Memory of this size whose next byte cannot be touched. */
    private static MemorySegment flush(long size) throws Throwable {
        MemorySegment end = (MemorySegment)
                function("before_guard", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG))
                        .invokeExact((long) PAGE * 2);
        return MemorySegment.ofAddress(end.address() - size).reinterpret(size);
    }

    private static java.lang.invoke.MethodHandle function(String name, FunctionDescriptor descriptor)
            throws IOException {
        return Linker.nativeLinker()
                .downcallHandle(
                        library.find(name).orElseThrow(() -> new IOException("src/test/c/guard.c has no " + name)),
                        descriptor);
    }
}
