package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.xenctrl.CreateDomain;
import dev.jxl.xenctrl.DomainInfo;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
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
class GuardPageIT {
    @TempDir
    static Path folder;

    private static GuardLibrary library;
    private static AbiTable abi;

    @BeforeAll
    static void compile() throws Exception {
        abi = AbiTable.of(InstalledXen.minor());
        library = GuardLibrary.compile(folder);
    }

    @Test
    void createDomain_isReadByCAsJavaWroteIt() throws Throwable {
        CStruct layout = abi.struct("xen_domctl_createdomain");
        StructView config = StructView.element(layout, library.flush(layout.size()), 0);
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

        assertThat(library.complaint("check_createdomain", config.segment())).isEmpty();
    }

    @Test
    void domainInfo_isReadByJavaAsCWroteIt() throws Throwable {
        CStruct layout = abi.struct("xen_domctl_getdomaininfo");
        MemorySegment struct = library.flush(layout.size());
        library.function("fill_getdomaininfo", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS))
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
            assertThat(library.overwritten(struct.name(), struct.size()))
                    .as(struct.name())
                    .isEqualTo(struct.size());
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
                        GuardLibrary.file(folder).toString()))
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
            String struct = "xen_domctl_createdomain";
            long size = AbiTable.of(InstalledXen.minor()).struct(struct).size();
            long _ = new GuardLibrary(Path.of(args[0])).overwritten(struct, size - 1);
        }
    }
}
