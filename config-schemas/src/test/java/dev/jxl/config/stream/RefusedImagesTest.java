package dev.jxl.config.stream;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jxl.config.stream.Breakages.Broken;
import dev.jxl.config.stream.SavedImage.Piece;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A PV, a PVH and an HVM guest's image, broken in some hundreds of ways each: refused, told where and why, in bounded memory. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RefusedImagesTest {
    private static final String PLACE = "offset \\d+, ((image|xl header|libxl header|libxc (image|domain) header)"
            + "|lib(xl|xc) record \\d+( \\([A-Za-z_0-9 ]+, from \\d+\\))?): .+";

    private static final int LONGEST_MESSAGE = 600;
    /** Much less than the lengths in the images ask for, more than any of these small images needs. */
    private static final long MOST_ALLOCATED = 8L << 20;

    private static SavedImage sample(String name) {
        return ImageInspectorTest.samples().get(name);
    }

    /** By this thread so far. By reflection, for this module does not read the one that knows. */
    private static long allocatedBytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getCurrentThreadAllocatedBytes")
                    .invoke(threads);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JVM does not count", e);
        }
    }

    private static ImageReport readInBounds(String what, byte[] image) {
        long before = allocatedBytes();
        ImageReport report = ImageInspectorTest.read(image);
        long allocated = allocatedBytes() - before;
        assertTrue(allocated < MOST_ALLOCATED + image.length, what + " took " + allocated + " bytes");
        return report;
    }

    private static void assertTold(String what, byte[] image, ImageReport report) {
        assertFalse(report.sound(), what);
        assertTrue(report.errors().size() <= Findings.MOST + 1, what);
        Stream.concat(report.errors().stream(), report.warnings().stream()).forEach(finding -> {
            String text = finding.toString();
            assertTrue(text.matches(PLACE), what + ": " + text);
            assertTrue(text.length() <= LONGEST_MESSAGE, what + ": " + text);
            assertTrue(text.chars().noneMatch(Character::isISOControl), what + ": " + text);
            assertTrue(finding.offset() <= image.length && finding.begin() <= image.length, what + ": " + text);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh", "hvm"})
    void brokenImages_areRefusedWithRecordAndOffset(String name) {
        // What is made once and for all is not counted.
        ImageInspectorTest.read(sample(name).bytes());
        List<Broken> all = Breakages.of(name, sample(name));
        assertAll(all.stream().map(broken -> () -> assertRefused(broken)));
        long different = all.stream()
                .map(broken -> ByteBuffer.wrap(broken.image()))
                .distinct()
                .count();
        System.out.println(name + ": " + different + " different broken images were refused");
        assertTrue(different >= 200, "only " + different);
    }

    private static void assertRefused(Broken broken) {
        ImageReport report = readInBounds(broken.what(), broken.image());
        assertTold(broken.what(), broken.image(), report);
        Finding first = report.errors().getFirst();
        assertTrue(Math.max(first.offset(), first.begin()) >= broken.from(), broken.what() + ": " + report.errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh", "hvm"})
    void unknownOptionalRecords_areNoReasonToRefuse(String name) {
        SavedImage image = sample(name);
        int tried = 0;
        for (int i = image.index("libxl:LIBXC_CONTEXT"); i < image.pieces.size(); i++) {
            Piece piece = image.pieces.get(i);
            if (!piece.isRecord()) {
                continue;
            }
            for (int type : List.of(0x8000_0000, 0x8000_0001, -1)) {
                Piece stranger = SavedImage.record(piece.stream(), "?", type, new byte[13]);
                ImageReport report = ImageInspectorTest.read(
                        image.replace(i, stranger, piece).bytes());
                assertEquals(List.of(), report.errors(), piece.name());
                assertEquals(piece.stream().equals("libxl"), !report.warnings().isEmpty(), piece.name());
                tried++;
            }
        }
        assertTrue(tried > 30, "only " + tried);
    }

    static Stream<String> configurations() {
        String good = Samples.config("pvh", "pvh1");
        return Stream.of(
                "",
                " ",
                "nothing",
                "null",
                "[]",
                "\"text\"",
                "{",
                good + "}",
                good.replace("}", ""),
                good.replace("\"name\"", "name"),
                good.replace("\"pvh1\"", "\"pv\u0001h\""),
                good.replace("pvh1", "../../etc/passwd"),
                good.replace("pvh1", "x".repeat(300)),
                good.replace("pvh1", "a\\u001b[2Jb"),
                good.replace("pvh1", "\\u0000"),
                good.replace("\"name\": \"pvh1\",", ""),
                good.replace("\"pvh1\"", "17"),
                good.replace(Samples.UUID, "not-a-uuid"),
                good.replace("131072", "-1"),
                good.replace("131072", "1e400"),
                good.replace("131072", "9".repeat(100)),
                good.replace("\"max_vcpus\": 2", "\"max_vcpus\": \"two\""),
                good.replace("\"max_vcpus\": 2", "\"max_vcpus\": 0"),
                good.replace("\"max_vcpus\": 2", "\"max_vcpus\": 2, \"max_vcpus\": 3"),
                good.replace("\"type\": \"pvh\"", "\"type\": \"vms\""),
                good.replace("\"type\": \"pvh\"", "\"type\": \"\u202e\""),
                "{\"a\":".repeat(100_000),
                "[".repeat(1_000_000),
                good.replace("{\n", "{" + "\"disks\": 3,"),
                good.replace("{\n", "{" + "\"c_info\": []" + ","),
                Samples.config("pv", "pvh1"),
                Samples.config("hvm", "pvh1"),
                good.replaceFirst("\"type\": \"pvh\"", "\"type\": \"pv\""),
                good.substring(0, good.length() / 2) + "\0" + good.substring(good.length() / 2),
                good + " ".repeat(1 << 20));
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void configurationsThatLibxlOrJxlWouldNotTake_areRefused(String configuration) {
        SavedImage image = sample("pvh");
        Piece header = SavedImage.empty().xl(configuration).pieces.getFirst();
        byte[] broken = image.replace(0, header).bytes();
        String what = configuration.length() > 400 ? configuration.substring(0, 400) : configuration;
        assertTold(what, broken, ImageInspectorTest.read(broken));
    }

    @Test
    void bytesThatAreNoUtf8_areRefused() {
        byte[] good = Samples.config("pvh", "pvh1").getBytes(StandardCharsets.UTF_8);
        for (byte[] wrong : List.of(
                SavedImage.bytes(0xFF),
                SavedImage.bytes(0xC0, 0x80),
                SavedImage.bytes(0xED, 0xA0, 0x80),
                SavedImage.bytes(0xE2, 0x82))) {
            SavedImage image = sample("pvh");
            int at = new String(good, StandardCharsets.UTF_8).indexOf("pvh1");
            byte[] broken = image.poke(":xl", 52 + at, wrong).bytes();
            ImageReport report = ImageInspectorTest.read(broken);
            assertTold("bytes", broken, report);
            assertTrue(report.errors().getFirst().message().contains("UTF-8"));
        }
    }
}
