package dev.jxl.config.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jxl.config.stream.SavedImage.Piece;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One wrong field each: what is said, and the offset. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BrokenFieldsTest {
    /** Sample, header or record, offset in it, bytes in hexadecimal, offset of the error in it, a part of what is said. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pvh  | :xl                          | 0  | 00               | 0  | neither as an xl save file
            pvh  | :xl                          | 31 | 00               | 0  | 32 bytes of an xl save file
            pvh  | :xl                          | 32 | 01020304         | 32 | big-endian
            pvh  | :xl                          | 32 | 01010101         | 32 | byte order mark is 0x1010101
            pvh  | :xl                          | 36 | 07               | 36 | mandatory flags 0x7
            pvh  | :xl                          | 36 | 01               | 36 | Xen 4.5 and older
            pvh  | :xl                          | 40 | 01               | 40 | optional flags 0x1
            pvh  | :xl                          | 44 | 00000000         | 44 | no configuration
            pvh  | :xl                          | 44 | 03000000         | 44 | too few
            pvh  | :xl                          | 44 | ffffffff         | *  | the image ends here
            pvh  | :xl                          | 48 | ffffffff         | 48 | its configuration is to have 4294967295 bytes
            pvh  | :xl                          | 48 | 10000000         | 68 | no NUL at its end
            pvh  | :xl                          | 52 | 00               | 52 | a NUL before its end
            pvh  | :xl                          | 52 | 41               | 52 | is not JSON
            pvh  | :xl                          | 56 | ff               | 52 | is not UTF-8
            pvh  | :libxl                       | 0  | 00               | 0  | no libxl stream begins here
            pvh  | :libxl                       | 11 | 03               | 8  | version is 3
            pvh  | :libxl                       | 15 | 04               | 12 | reserved bits of the options 0x4
            pvh  | :libxl                       | 15 | 01               | 12 | big-endian
            pvh  | :image                       | 7  | 00               | 0  | no libxc image begins here
            pvh  | :image                       | 11 | 47               | 0  | id is 0x58454e47
            pvh  | :image                       | 15 | 04               | 12 | version is 4
            pvh  | :image                       | 15 | 01               | 12 | version is 1
            pvh  | :image                       | 17 | 02               | 16 | reserved bits of the options 0x2
            pvh  | :image                       | 17 | 01               | 16 | big-endian
            pvh  | :image                       | 19 | 01               | 18 | reserved fields
            pvh  | :image                       | 23 | 01               | 18 | reserved fields
            pvh  | :domain                      | 0  | 00               | 0  | type is 0
            pvh  | :domain                      | 0  | 03               | 0  | type is 3
            pvh  | :domain                      | 4  | 15               | 4  | pages of 2^21 bytes
            pvh  | :domain                      | 6  | 01               | 6  | reserved field is 1
            pvh  | libxl:LIBXC_CONTEXT          | 0  | 06               | 0  | nobody knows this type
            pvh  | libxl:LIBXC_CONTEXT          | 4  | 08               | 4  | its body has 8 bytes, not 0
            pvh  | libxl:END                    | 4  | 01               | 4  | its body has 1 bytes, not 0
            pvh  | libxl:END                    | 0  | 01               | 0  | comes a second time
            pvh  | libxl:END                    | 0  | 04               | 0  | without a CHECKPOINT
            hvm  | libxl:EMULATOR_CONTEXT       | 8  | 07               | 8  | device model 7
            hvm  | libxl:EMULATOR_CONTEXT       | 8  | 00               | 8  | device model 0
            hvm  | libxl:EMULATOR_CONTEXT       | 4  | 04               | 4  | its body has 4 bytes: it needs 8
            hvm  | libxl:EMULATOR_XENSTORE_DATA | 16 | 2f               | 16 | a key is not one of xenstore's
            hvm  | libxl:EMULATOR_XENSTORE_DATA | 16 | 00               | 16 | a key is not one of xenstore's
            hvm  | libxl:EMULATOR_XENSTORE_DATA | 20 | 2e2e             | 16 | a key is not one of xenstore's
            hvm  | libxl:EMULATOR_XENSTORE_DATA | 24 | 2f               | 16 | a key is not one of xenstore's
            hvm  | libxl:EMULATOR_CONTEXT       | 4  | 09000008         | 4  | more than 67108864 are not read
            pvh  | libxc:END                    | 4  | 08               | 4  | its body has 8 bytes, not 0
            pvh  | libxc:STATIC_DATA_END        | 4  | 01               | 4  | its body has 1 bytes, not 0
            pvh  | libxc:PAGE_DATA              | 8  | 00000000         | 8  | no pages
            pvh  | libxc:PAGE_DATA              | 8  | 03               | 4  | 3 numbers and 3 pages are 12320
            pvh  | libxc:PAGE_DATA              | 8  | ffffff7f         | 8  | has no room for their numbers
            pvh  | libxc:PAGE_DATA              | 8  | ffffffff         | 8  | has no room for their numbers
            pvh  | libxc:PAGE_DATA              | 12 | 01               | 12 | a reserved field is 1
            pvh  | libxc:PAGE_DATA              | 4  | 04000000         | 8  | its body has 4 bytes
            pvh  | libxc:PAGE_DATA              | 22 | 10               | 16 | reserved bits of pfn 0x0
            pvh  | libxc:PAGE_DATA              | 23 | 08               | 16 | reserved bits of pfn 0x0
            pvh  | libxc:PAGE_DATA              | 23 | 50               | 16 | the page type 5
            pvh  | libxc:PAGE_DATA              | 31 | 60               | 24 | the page type 6
            pvh  | libxc:PAGE_DATA              | 23 | 70               | 16 | the page type 7
            pvh  | libxc:PAGE_DATA              | 23 | 80               | 16 | the page type 8
            pvh  | libxc:PAGE_DATA              | 23 | d0               | 4  | 4 numbers and 3 pages
            pvh  | libxc:PAGE_DATA              | 23 | e0               | 4  | 4 numbers and 3 pages
            pvh  | libxc:PAGE_DATA              | 23 | f0               | 4  | 4 numbers and 3 pages
            pvh  | libxc:PAGE_DATA              | 20 | 0000010000       | 16 | above the guest's last one
            pvh  | libxc:PAGE_DATA              | 20 | 10               | 16 | above the guest's last one, 0xfffffffff
            pvh  | libxc:PAGE_DATA              | 24 | 0000000000000000 | 16 | pfn 0x0 is there twice
            pvh  | libxc:X86_TSC_INFO           | 4  | 10               | 4  | its body has 16 bytes, not 24
            pvh  | libxc:X86_TSC_INFO           | 8  | 03               | 8  | its mode is 3
            pvh  | libxc:X86_TSC_INFO           | 8  | 09               | 8  | its mode is 9
            pvh  | libxc:X86_TSC_INFO           | 23 | 80               | 16 | beyond what its clock counts to
            pvh  | libxc:X86_TSC_INFO           | 28 | 01               | 28 | a reserved field is 1
            pvh  | libxc:X86_CPUID_POLICY       | 4  | 2f               | 4  | entries of 24
            pvh  | libxc:X86_CPUID_POLICY       | 4  | 00               | 4  | one at least
            pvh  | libxc:X86_MSR_POLICY         | 4  | 08               | 4  | entries of 16
            pvh  | libxc:X86_MSR_POLICY         | 12 | 01               | 12 | reserved flags of MSR 0xce
            pvh  | libxc:HVM_PARAMS             | 8  | 03               | 4  | 3 parameters are 56
            pvh  | libxc:HVM_PARAMS             | 8  | ffffffff         | 4  | 4294967295 parameters are
            pvh  | libxc:HVM_PARAMS             | 12 | 01               | 12 | a reserved field is 1
            pvh  | libxc:HVM_PARAMS             | 16 | 40               | 16 | parameter 64 is none
            pvh  | libxc:HVM_PARAMS             | 23 | ff               | 16 | parameter 18374686479671623681 is none
            pvh  | libxc:HVM_PARAMS             | 16 | 11               | 32 | parameter 17 is there twice
            pvh  | libxc:HVM_PARAMS             | 16 | 02               | *  | parameter 1, the page of xenstore, is missing
            pvh  | libxc:HVM_PARAMS             | 32 | 02               | *  | parameter 17, the page of the console, is missing
            pvh  | libxc:HVM_PARAMS             | 4  | 04               | 4  | its body has 4 bytes
            pvh  | libxc:HVM_CONTEXT            | 8  | 02               | 8  | does not begin with its header
            pvh  | libxc:HVM_CONTEXT            | 12 | 17               | 8  | does not begin with its header
            pvh  | libxc:HVM_CONTEXT            | 16 | 00               | 16 | begins with 0x54381200, not with 0x54381286
            pvh  | libxc:HVM_CONTEXT            | 44 | ffffffff         | 44 | part 2 of Xen's state of the machine
            pvh  | libxc:HVM_CONTEXT            | 40 | 0000000000000000 | 48 | bytes follow the end mark
            pvh  | libxc:HVM_CONTEXT            | 4  | 00000000         | 4  | it is empty
            pvh  | libxc:PAGE_DATA              | 16 | ffffffff0f       | 16 | above what the configuration's memory can have
            pv   | libxc:X86_PV_INFO            | 8  | 04               | 8  | 4 bytes a word and 4 levels
            pv   | libxc:X86_PV_INFO            | 9  | 03               | 8  | 8 bytes a word and 3 levels
            pv   | libxc:X86_PV_INFO            | 10 | 01               | 10 | reserved fields
            pv   | libxc:X86_PV_INFO            | 15 | 01               | 10 | reserved fields
            pv   | libxc:X86_PV_INFO            | 4  | 07               | 4  | its body has 7 bytes, not 8
            pv   | libxc:X86_PV_P2M_FRAMES      | 8  | ff0f             | 8  | first pfn 0xfff is above
            pv   | libxc:X86_PV_P2M_FRAMES      | 12 | ff0f             | 4  | has 8 pages: 72 bytes
            pv   | libxc:X86_PV_P2M_FRAMES      | 12 | ffffffff         | 4  | has 8388608 pages
            pv   | libxc:X86_PV_P2M_FRAMES      | 12 | ff01             | 4  | has 1 pages: 16 bytes
            pv   | libxc:X86_PV_P2M_FRAMES      | 4  | 0c               | 4  | in steps of 8
            pv   | libxc:X86_PV_P2M_FRAMES      | 24 | 0004             | 24 | a page of the guest's X86_PV_P2M_FRAMES has pfn 0x400
            pv   | libxc:PAGE_DATA              | 16 | 0004             | 16 | pfn 0x400 is above the guest's last one, 0x3ff
            pv32 | libxc:PAGE_DATA              | 39 | 40               | 32 | a L4TAB, but the guest's page tables have 3 levels
            pv   | libxc:SHARED_INFO            | 4  | f80f             | 4  | not 4096
            pv   | libxc:X86_PV_VCPU_BASIC      | 8  | 0020             | 8  | vCPU 8192
            pv   | libxc:X86_PV_VCPU_BASIC      | 12 | 01               | 12 | a reserved field is 1
            pv   | libxc:X86_PV_VCPU_BASIC      | 4  | 04000000         | 4  | it needs 8 and more
            """)
    void aWrongField_isToldWithItsOffset(
            String sample, String piece, int at, String hex, String offset, String message) {
        SavedImage image = ImageInspectorTest.samples().get(sample);
        byte[] value = new byte[hex.length() / 2];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        byte[] broken = image.poke(piece, at, value).bytes();
        Finding error = ImageInspectorTest.read(broken).errors().stream()
                .filter(e -> e.message().contains(message))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        ImageInspectorTest.read(broken).errors().toString()));
        if (!offset.equals("*")) {
            assertEquals(image.offset(image.index(piece)) + Integer.parseInt(offset), error.offset(), error.toString());
        }
    }

    /** Tables of a guest's P2M pages that leave out some, or cover none. */
    @ParameterizedTest
    @CsvSource({
        "512, 1023, 1, 8, 'its first pfn is 0x200, but the pfns from 0x0 on have no pages in it yet'",
        "0, 0, 1, 12, 'its last pfn is 0: a guest has more'"
    })
    void p2mFramesThatLibxcCannotUse_areRefused(int first, int last, int frames, int offset, String message) {
        SavedImage image = Samples.pv();
        int at = image.index("libxc:X86_PV_P2M_FRAMES");
        byte[] body = SavedImage.join(SavedImage.u32(first, last), new byte[8 * frames]);
        Finding error = ImageInspectorTest.read(image.replace(at, SavedImage.record("libxc", "", 3, body))
                        .bytes())
                .errors()
                .getFirst();
        assertEquals(message, error.message());
        assertEquals(image.offset(at) + offset, error.offset());
    }

    @Test
    void p2mFramesThatGrow_areRight() {
        SavedImage image = Samples.pv();
        int at = image.index("libxc:PAGE_DATA") + 1;
        byte[] more = SavedImage.join(SavedImage.u32(0, 1535), SavedImage.u64(5, 6, 0));
        byte[] onlyMore = SavedImage.join(SavedImage.u32(1024, 1535), SavedImage.u64(0));
        for (byte[] body : List.of(more, onlyMore)) {
            SavedImage grown = image.replace(at, SavedImage.record("libxc", "", 3, body), image.pieces.get(at));
            assertEquals(List.of(), ImageInspectorTest.read(grown.bytes()).errors());
        }
    }

    @Test
    void aHugePvGuest_isRefusedByItsConfiguration() {
        SavedImage image = Samples.pv();
        int at = image.index("libxc:X86_PV_P2M_FRAMES");
        byte[] body = SavedImage.join(SavedImage.u32(0, 0x7FFF_FFFF), new byte[8 << 22]);
        Finding error = ImageInspectorTest.read(image.replace(at, SavedImage.record("libxc", "", 3, body))
                        .bytes())
                .errors()
                .getFirst();
        assertEquals(
                "its last pfn 0x7fffffff is above what the configuration's memory can have, 0x4108000",
                error.message());
        assertEquals(image.offset(at) + 12, error.offset());
    }

    @Test
    void moreVcpusThanTheConfigurationHas_areRefused() {
        for (String type : List.of("pv", "pvh")) {
            String config = Samples.config(type, "x").replace("\"max_vcpus\": 2", "\"max_vcpus\": 1");
            SavedImage image = ImageInspectorTest.samples().get(type);
            Piece header = SavedImage.empty().xl(config).pieces.getFirst();
            Finding error = ImageInspectorTest.read(image.replace(0, header).bytes())
                    .errors()
                    .getFirst();
            assertEquals("the image has 2 vCPUs, but the configuration's maximum is 1", error.message());
        }
    }

    @Test
    void verificationOfMemoryThatIsNotThere_isRefused() {
        SavedImage image = Samples.pvh();
        int at = image.index("libxc:PAGE_DATA");
        Piece verify = SavedImage.record("libxc", "VERIFY", 13, new byte[0]);
        Finding error = ImageInspectorTest.read(
                        image.replace(at, verify, image.pieces.get(at)).bytes())
                .errors()
                .getFirst();
        assertEquals("comes before PAGE_DATA", error.message());
        assertEquals(
                List.of(),
                ImageInspectorTest.read(
                                image.replace(at, image.pieces.get(at), verify).bytes())
                        .errors());
    }

    @Test
    void aMachineWithoutVcpus_isRefused() {
        SavedImage image = Samples.pvh()
                .poke("libxc:HVM_CONTEXT", 40, SavedImage.u16(3))
                .poke("libxc:HVM_CONTEXT", 88, SavedImage.u16(3));
        Finding error = ImageInspectorTest.read(image.bytes()).errors().getFirst();
        assertEquals("has no vCPU", error.message());
        assertEquals(image.offset(image.index("libxc:HVM_CONTEXT")) + 8, error.offset());
    }

    @Test
    void aConfigurationOfNoBytes_isRefused() {
        for (int flags : List.of(2, 3)) {
            byte[] head = SavedImage.join(
                    Arrays.copyOf(Samples.pvh().bytes(), 32), SavedImage.u32(0x01020304, flags, 0, 4, 0));
            SavedImage image = Samples.pvh().replace(0, new Piece("", "xl", head, 0));
            assertEquals(
                    48,
                    ImageInspectorTest.read(image.bytes()).errors().getFirst().offset());
        }
    }

    private static void sizeOfVcpu(String type, int bytes, String message) {
        SavedImage image = Samples.pv();
        int at = image.index("libxc:" + type);
        int code = image.pieces.get(at).bytes()[0];
        Piece other = SavedImage.record("libxc", type, code, new byte[8 + bytes]);
        Finding error = ImageInspectorTest.read(image.replace(at, other).bytes())
                .errors()
                .getFirst();
        assertEquals("what it has of vCPU 0 is " + bytes + " bytes, not " + message, error.message());
        assertEquals(image.offset(at) + 4, error.offset());
    }

    @Test
    void registersOfAVcpu_haveTheirSizes() {
        sizeOfVcpu("X86_PV_VCPU_BASIC", 2800, "5168");
        sizeOfVcpu("X86_PV_VCPU_EXTENDED", 129, "at most 128");
        sizeOfVcpu("X86_PV_VCPU_XSAVE", 8, "at least 16");
        sizeOfVcpu("X86_PV_VCPU_MSRS", 17, "a multiple of 16");
    }

    /** Records where they have no place: sample, the record before, stream, type, what is said. */
    @ParameterizedTest
    @CsvSource({
        "pvh, libxc:X86_TSC_INFO, libxc, 2, is a record of PV guests",
        "pvh, libxc:X86_TSC_INFO, libxc, 7, is a record of PV guests",
        "pv, libxc:X86_TSC_INFO, libxc, 9, is a record of HVM and PVH guests",
        "pv, libxc:X86_TSC_INFO, libxc, 10, is a record of HVM and PVH guests",
        "pvh, libxc:X86_TSC_INFO, libxc, 11, is obsolete",
        "pvh, libxc:X86_TSC_INFO, libxc, 15, it has no place in an image",
        "pvh, libxc:X86_TSC_INFO, libxc, 19, nobody knows this type",
        "pvh, libxc:X86_TSC_INFO, libxc, 2147483647, nobody knows this type",
        "old, libxc:X86_TSC_INFO, libxc, 16, there is no such record in images of version 2",
        "old, libxc:X86_TSC_INFO, libxc, 17, there is no such record in images of version 2",
        "old, libxc:X86_TSC_INFO, libxc, 18, there is no such record in images of version 2",
        "pvh, :libxl, libxl, 5, comes without a checkpoint before it",
        "pvh, :libxl, libxl, 3, comes before LIBXC_CONTEXT",
        "pvh, libxc:END, libxl, 3, 'is of HVM guests, but the configuration is of a PVH guest'",
        "pvh, libxc:END, libxl, 2, 'is of HVM guests, but the configuration is of a PVH guest'",
        "pvh, libxl:END, libxl, 0, something follows it"
    })
    void aRecordInTheWrongPlace_isTold(String sample, String before, String stream, int type, String message) {
        SavedImage image = ImageInspectorTest.samples().get(sample);
        int at = image.index(before);
        Piece other = SavedImage.record(stream, "?", type, type == 5 ? new byte[4] : new byte[8]);
        List<Finding> errors = ImageInspectorTest.read(
                        image.replace(at, image.pieces.get(at), other).bytes())
                .errors();
        Finding error = errors.stream()
                .filter(e -> e.message().contains(message))
                .findFirst()
                .orElseThrow(() -> new AssertionError(errors.toString()));
        assertEquals(image.offset(at + 1), error.offset());
    }

    @Test
    void configurationAndImageOfDifferentTypes_areRefused() {
        SavedImage image = Samples.pvh();
        Piece other = SavedImage.empty().xl(Samples.config("pv", "x")).pieces.getFirst();
        Finding error = ImageInspectorTest.read(image.replace(0, other).bytes())
                .errors()
                .getFirst();
        assertEquals("the image is of type x86-hvm, but the configuration is of a PV guest", error.message());
    }

    @Test
    void afterTwentyErrors_readingEnds() {
        SavedImage image = SavedImage.empty().libxcHeaders(3, 2);
        for (int i = 0; i < 100; i++) {
            image.pieces.add(SavedImage.record("libxc", "?", 0x99, new byte[0]));
        }
        ImageReport report = ImageInspectorTest.read(image.bytes());
        assertEquals(20, report.errors().size());
        assertTrue(report.warnings().getFirst().message().startsWith("reading ended after 20 errors"));
    }
}
