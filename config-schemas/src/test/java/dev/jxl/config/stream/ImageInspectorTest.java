package dev.jxl.config.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jxl.config.GuestType;
import dev.jxl.config.stream.ImageReport.Domain;
import dev.jxl.config.stream.ImageReport.Emulator;
import dev.jxl.config.stream.ImageReport.Format;
import dev.jxl.config.stream.ImageReport.Hvm;
import dev.jxl.config.stream.ImageReport.ImageType;
import dev.jxl.config.stream.ImageReport.Libxc;
import dev.jxl.config.stream.ImageReport.PageType;
import dev.jxl.config.stream.ImageReport.Pages;
import dev.jxl.config.stream.ImageReport.Pv;
import dev.jxl.config.stream.ImageReport.RecordRow;
import dev.jxl.config.stream.ImageReport.Tsc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Good images: nothing is found wrong, and each number is the one that was written. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ImageInspectorTest {
    @TempDir
    private Path folder;

    static ImageReport read(byte[] image) {
        try (ReadableByteChannel channel = Channels.newChannel(new ByteArrayInputStream(image))) {
            return ImageInspector.inspect(ImageSource.of(channel), true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertSound(SavedImage image, Format format) {
        ImageReport report = read(image.bytes());
        assertEquals(List.of(), report.errors());
        assertTrue(report.sound());
        assertEquals(format, report.format());
        assertEquals(image.bytes().length, report.bytes());
    }

    @Test
    void goodImagesOfEachKind_areSound() {
        assertSound(Samples.pv(), Format.XL);
        assertSound(Samples.pv32(), Format.LIBXC);
        assertSound(Samples.pvh(), Format.XL);
        assertSound(Samples.hvm(), Format.XL);
        assertSound(Samples.old(), Format.LIBXL);
        assertSound(Samples.checkpointed(), Format.XL);
    }

    @Test
    void whatXlDoesNotRestoreOrNoLongerWrites_isAWarning() {
        assertEquals(List.of(), read(Samples.pv().bytes()).warnings());
        assertEquals(List.of(), read(Samples.pvh().bytes()).warnings());
        assertEquals(List.of(), read(Samples.hvm().bytes()).warnings());
        long params = Samples.old().offset(Samples.old().index("libxc:HVM_PARAMS"));
        assertEquals(
                "[offset " + (params + 8) + ", libxc record 4 (HVM_PARAMS, from " + params
                        + "): has no parameters, as Xen 4.6 to 4.8 wrote it]",
                read(Samples.old().bytes()).warnings().toString());
        assertTrue(read(Samples.checkpointed().bytes())
                .warnings()
                .getFirst()
                .message()
                .contains("(Remus, COLO)"));
    }

    @Test
    void anHvmGuest_isToldAsItWasWritten() {
        ImageReport report = read(Samples.hvm().bytes());
        SavedImage image = Samples.hvm();
        Domain domain = report.xl().orElseThrow().domain().orElseThrow();
        assertEquals("hvm1", domain.name());
        assertEquals(Samples.UUID, domain.uuid().orElseThrow().toString());
        assertEquals(GuestType.HVM, domain.type());
        assertEquals(64, domain.memory().mib());
        assertEquals(128, domain.maxMemory().mib());
        assertEquals(2, domain.maxVcpus());
        assertEquals(52, report.xl().orElseThrow().configurationOffset());
        assertEquals(
                Samples.config("hvm", "hvm1").length() + 1,
                report.xl().orElseThrow().configurationBytes());
        assertEquals(image.offset(1), report.libxl().orElseThrow().offset());
        assertEquals(
                List.of(new Emulator(
                        "qemu-upstream", 0, image.offset(image.index("libxl:EMULATOR_CONTEXT")) + 16, 11, 2)),
                report.libxl().orElseThrow().emulators());
        Libxc libxc = report.libxc().orElseThrow();
        assertEquals(image.offset(3), libxc.offset());
        assertEquals(ImageType.X86_HVM, libxc.type());
        assertEquals("4.20", libxc.xenMajor() + "." + libxc.xenMinor());
        assertEquals(
                new Pages(
                        7,
                        6,
                        Optional.of(6L),
                        Optional.of(0xFEFFCL),
                        List.of(new PageType("NOTAB", 6), new PageType("XTAB", 1))),
                libxc.pages());
        assertEquals(Optional.of(new Hvm(Samples.context().length, 4, 2, 2)), libxc.hvm());
        assertEquals(Optional.empty(), libxc.pv());
        assertEquals(Optional.of(new Tsc(0, 2_400_000, 123_456_789_000L, 1)), libxc.tsc());
        assertEquals(2, libxc.cpuidLeaves());
        assertEquals(1, libxc.msrs());
    }

    @Test
    void aPvGuest_isToldAsItWasWritten() {
        Libxc libxc = read(Samples.pv().bytes()).libxc().orElseThrow();
        assertEquals(Optional.of(new Pv(64, 4, Optional.of(1023L), 2, 2)), libxc.pv());
        assertEquals(
                List.of(
                        new PageType("NOTAB", 5),
                        new PageType("L1TAB", 2),
                        new PageType("L4TAB_PIN", 1),
                        new PageType("XALLOC", 1),
                        new PageType("XTAB", 1)),
                libxc.pages().types());
        assertEquals(Optional.of(9L), libxc.pages().different());
        Libxc narrow = read(Samples.pv32().bytes()).libxc().orElseThrow();
        assertEquals(Optional.of(new Pv(32, 3, Optional.of(2047L), 2, 2)), narrow.pv());
    }

    @Test
    void records_areToldInTheirOrder_thoseOfOneTypeInARow() {
        SavedImage image = Samples.pvh();
        List<RecordRow> rows = read(image.bytes()).records();
        assertEquals(
                List.of(
                        "LIBXC_CONTEXT",
                        "X86_CPUID_POLICY",
                        "X86_MSR_POLICY",
                        "STATIC_DATA_END",
                        "PAGE_DATA",
                        "X86_TSC_INFO",
                        "HVM_CONTEXT",
                        "HVM_PARAMS",
                        "END",
                        "END"),
                rows.stream().map(RecordRow::type).toList());
        int first = image.index("libxc:PAGE_DATA");
        long bytes = image.offset(first + 2) - image.offset(first);
        assertEquals(new RecordRow("libxc", "PAGE_DATA", 4, 2, image.offset(first), bytes), rows.get(4));
        assertEquals(new RecordRow("libxl", "END", 2, 1, image.bytes().length - 8L, 8), rows.getLast());
    }

    @Test
    void aFile_isReadWithAndWithoutItsPages_toTheSameReport() throws IOException {
        SavedImage small = Samples.pvh();
        long[] pfns = new long[1024];
        for (int i = 0; i < pfns.length; i++) {
            pfns[i] = 4096L + i;
        }
        SavedImage image =
                small.replace(small.index("libxc:PAGE_DATA"), SavedImage.record("libxc", "", 1, Samples.pages(pfns)));
        Path file = Files.write(folder.resolve("guest.save"), image.bytes());
        AtomicLong done = new AtomicLong();
        ImageReport[] reports = new ImageReport[2];
        for (int i = 0; i < 2; i++) {
            try (FileChannel channel = FileChannel.open(file)) {
                OptionalLong size = OptionalLong.of(channel.size());
                reports[i] = ImageInspector.inspect(new ImageSource(channel, size, done::set), i == 1);
            }
        }
        assertEquals(List.of(), reports[0].errors());
        assertEquals(reports[0].libxc(), reports[1].libxc());
        assertEquals(reports[0].records(), reports[1].records());
        assertFalse(reports[0].verified());
        assertTrue(reports[1].verified());
        assertEquals(image.bytes().length, done.get());
    }

    @Test
    void aFileCutInItsPages_isNoticedWithoutReadingThem() throws IOException {
        byte[] whole = Samples.pvh().bytes();
        SavedImage image = Samples.pvh();
        int cut = (int) image.offset(image.index("libxc:PAGE_DATA") + 1) - 10;
        Path file = Files.write(folder.resolve("cut.save"), Arrays.copyOf(whole, cut));
        try (FileChannel channel = FileChannel.open(file)) {
            ImageReport report = ImageInspector.inspect(new ImageSource(channel, OptionalLong.of(cut), n -> {}), false);
            assertEquals(1, report.errors().size());
            assertEquals(cut, report.errors().getFirst().offset());
            assertEquals(Optional.of("PAGE_DATA"), report.errors().getFirst().type());
        }
    }

    @Test
    void twoOrdersOfContextAndParameters_areRight() {
        SavedImage image = Samples.pvh();
        int at = image.index("libxc:HVM_CONTEXT");
        SavedImage.Piece context = image.pieces.get(at);
        SavedImage.Piece params = image.pieces.get(at + 1);
        assertEquals(
                List.of(),
                read(image.replace(at, params).replace(at + 1, context).bytes()).errors());
    }

    @Test
    void unknownOptionalRecords_arePassedOver() {
        SavedImage image = Samples.pvh();
        int at = image.index("libxc:X86_TSC_INFO");
        SavedImage.Piece unknown = SavedImage.record("libxc", "?", 0x8000_0077, new byte[13]);
        ImageReport report =
                read(image.replace(at, image.pieces.get(at), unknown).bytes());
        assertEquals(List.of(), report.errors());
        assertTrue(report.records().stream().anyMatch(row -> row.type().equals("type 0x80000077")));
    }

    @Test
    void theReportInJson_isAsItShouldBe() throws IOException {
        Path file = Path.of("src/test/resources/dev/jxl/config/stream/hvm.json");
        String written = read(Samples.hvm().bytes()).toJson() + "\n";
        if (Boolean.getBoolean("jxl.write-golden")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, written);
            Path images = Files.createDirectories(Path.of("../cli/src/test/resources/dev/jxl/cli"));
            Files.write(images.resolve("pvh.save"), Samples.pvh().bytes());
            Files.write(images.resolve("pv.save"), Samples.pv().bytes());
        }
        try (InputStream in = Files.newInputStream(file)) {
            assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), written);
        }
    }

    @Test
    void manyDifferentTypesOfRecords_areCountedWhenTheyAreNotListed() {
        SavedImage image = SavedImage.empty().libxcHeaders(3, 2).libxc("STATIC_DATA_END");
        for (int i = 0; i < 3000; i++) {
            image.pieces.add(SavedImage.record("libxc", "?", 0x8000_1000 + i % 2, new byte[0]));
        }
        image.libxc("PAGE_DATA", Samples.pages(0));
        Samples.machine(image);
        image.libxc("END");
        ImageReport report = read(image.bytes());
        assertEquals(List.of(), report.errors());
        assertEquals(1000, report.records().size());
        long rows = report.records().stream().mapToLong(RecordRow::count).sum();
        assertEquals(3006, rows + report.recordsUntold());
    }

    @Test
    void configurationsThatJxlDoesNotRestoreWhole_tellWhatIsLost() {
        String config = Samples.config("pvh", "pvh1").replace("\"max_vcpus\": 2,", "\"max_vcpus\": 2, \"no_such\": 1,");
        SavedImage image = Samples.pvh();
        ImageReport report =
                read(image.replace(0, SavedImage.empty().xl(config).pieces.getFirst())
                        .bytes());
        assertEquals(List.of(), report.errors());
        assertEquals(List.of("/b_info/no_such"), report.xl().orElseThrow().unmodelled());
    }

    /** All samples, by name. */
    static Map<String, SavedImage> samples() {
        return Map.of(
                "pv", Samples.pv(),
                "pv32", Samples.pv32(),
                "pvh", Samples.pvh(),
                "hvm", Samples.hvm(),
                "old", Samples.old(),
                "remus", Samples.checkpointed());
    }
}
