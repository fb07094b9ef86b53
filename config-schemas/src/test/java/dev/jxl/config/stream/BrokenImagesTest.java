package dev.jxl.config.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jxl.config.stream.SavedImage.Piece;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Broken images: each is refused, with the record and the offset of what is wrong. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BrokenImagesTest {
    private static final String PLACE =
            "offset \\d+, (image|xl header|libxl header|libxc (image|domain) header|lib(xl|xc) record \\d+( \\(.+, from \\d+\\))?): .+";

    private static Finding refused(String what, byte[] image) {
        ImageReport report = ImageInspectorTest.read(image);
        assertFalse(report.sound(), what);
        for (Finding error : report.errors()) {
            assertTrue(error.toString().matches(PLACE), what + ": " + error);
            assertTrue(error.offset() <= image.length, what + ": " + error);
        }
        return report.errors().getFirst();
    }

    @Test
    void imagesThatAreCutOff_areRefusedWhereTheyEnd() {
        int broken = 0;
        for (Map.Entry<String, SavedImage> sample : ImageInspectorTest.samples().entrySet()) {
            byte[] whole = sample.getValue().bytes();
            for (int i = 0; i < sample.getValue().pieces.size(); i++) {
                Piece piece = sample.getValue().pieces.get(i);
                int begin = (int) sample.getValue().offset(i);
                int length = piece.bytes().length;
                for (int kept : Stream.of(0, 1, 4, 8, 12, length / 2, length - 1)
                        .filter(k -> k < length && begin + k >= 8)
                        .distinct()
                        .toList()) {
                    String what = sample.getKey() + " cut in " + piece.name() + " after " + kept;
                    Finding error = refused(what, Arrays.copyOf(whole, begin + kept));
                    assertEquals(begin + kept, error.offset(), what);
                    assertTrue(error.message().startsWith("the image ends here"), what + ": " + error);
                    assertEquals(piece.isRecord(), error.number().isPresent(), what + ": " + error);
                    assertEquals(begin, piece.isRecord() ? error.begin() : begin, what);
                    broken++;
                }
            }
        }
        assertTrue(broken >= 200, "only " + broken);
    }

    @Test
    void recordsWithWrongLengthsTypesOrPadding_areRefused() {
        int broken = 0;
        for (Map.Entry<String, SavedImage> sample : ImageInspectorTest.samples().entrySet()) {
            SavedImage image = sample.getValue();
            for (int i = 0; i < image.pieces.size(); i++) {
                Piece piece = image.pieces.get(i);
                if (!piece.isRecord()) {
                    continue;
                }
                String what = sample.getKey() + ", " + piece.name();
                List<Piece> others = new ArrayList<>(
                        List.of(piece.with(4, SavedImage.u32(-1)), piece.with(0, SavedImage.u32(0x13))));
                // These two may have any length.
                if (!piece.name().equals("X86_PV_VCPU_XSAVE") && !piece.name().equals("EMULATOR_CONTEXT")) {
                    others.add(longer(piece));
                }
                if (piece.padding() > 0) {
                    others.add(piece.with(piece.bytes().length - 1, SavedImage.bytes(1)));
                }
                for (Piece other : others) {
                    Finding error = refused(what, image.replace(i, other).bytes());
                    assertEquals(image.offset(i), error.begin(), what + ": " + error);
                    broken++;
                }
            }
        }
        assertTrue(broken >= 200, "only " + broken);
    }

    /** A little more body, with the length that fits. */
    private static Piece longer(Piece piece) {
        byte[] body = Arrays.copyOfRange(piece.bytes(), 8, piece.bytes().length - piece.padding());
        int type = ByteBuffer.wrap(piece.bytes()).order(ByteOrder.LITTLE_ENDIAN).getInt();
        return SavedImage.record(piece.stream(), piece.name(), type, Arrays.copyOf(body, body.length + 3));
    }

    @ParameterizedTest
    @CsvSource({
        "pv, libxc:X86_PV_INFO",
        "pv, libxc:STATIC_DATA_END",
        "pv, libxc:X86_PV_P2M_FRAMES",
        "pv, libxc:SHARED_INFO",
        "pv, libxc:X86_PV_VCPU_BASIC",
        "pv, libxc:END",
        "pv, libxl:END",
        "pv, libxl:LIBXC_CONTEXT",
        "pvh, :libxl",
        "pvh, :image",
        "pvh, :domain",
        "pvh, libxc:STATIC_DATA_END",
        "pvh, libxc:HVM_CONTEXT",
        "pvh, libxc:HVM_PARAMS",
        "pvh, libxc:END",
        "pvh, libxl:END",
        "hvm, libxl:EMULATOR_CONTEXT",
        "hvm, libxl:END",
        "hvm, libxl:LIBXC_CONTEXT"
    })
    void withoutWhatMustBeThere_itIsRefused(String sample, String piece) {
        SavedImage image = ImageInspectorTest.samples().get(sample);
        refused(piece, image.replace(image.index(piece)).bytes());
    }

    @Test
    void withoutAnyMemory_itIsRefused() {
        SavedImage image = Samples.pvh();
        int first = image.index("libxc:PAGE_DATA");
        Finding error = refused("", image.replace(first).replace(first).bytes());
        assertEquals("the record PAGE_DATA is missing before it", error.message());
        assertEquals("END", error.type().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "pv, libxc:X86_PV_INFO",
        "pv, libxc:X86_CPUID_POLICY",
        "pv, libxc:X86_MSR_POLICY",
        "pv, libxc:STATIC_DATA_END",
        "pv, libxc:SHARED_INFO",
        "pv, libxc:X86_TSC_INFO",
        "pv, libxc:X86_PV_VCPU_BASIC",
        "pv, libxc:X86_PV_VCPU_XSAVE",
        "pv, libxc:X86_PV_VCPU_EXTENDED",
        "pv, libxc:X86_PV_VCPU_MSRS",
        "pv, libxc:END",
        "pv, libxl:LIBXC_CONTEXT",
        "pv, libxl:END",
        "pvh, libxc:HVM_CONTEXT",
        "pvh, libxc:HVM_PARAMS",
        "hvm, libxl:EMULATOR_CONTEXT",
        "pvh, :libxl",
        "pvh, :image",
        "pvh, :xl"
    })
    void whatComesTwice_isRefusedWhereItComesAgain(String sample, String name) {
        SavedImage image = ImageInspectorTest.samples().get(sample);
        int at = image.index(name);
        Finding error = refused(
                name,
                image.replace(at, image.pieces.get(at), image.pieces.get(at)).bytes());
        assertTrue(error.offset() >= image.offset(at + 1), error.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "pv, X86_PV_P2M_FRAMES, X86_PV_INFO, comes before X86_PV_INFO",
        "pv, PAGE_DATA, X86_PV_P2M_FRAMES, comes before X86_PV_P2M_FRAMES",
        "pv, X86_PV_VCPU_BASIC, X86_PV_P2M_FRAMES, comes before X86_PV_P2M_FRAMES",
        "pv, X86_PV_VCPU_BASIC, PAGE_DATA, comes after the registers of a vCPU: memory comes before them",
        "pv, SHARED_INFO, X86_PV_INFO, comes before X86_PV_INFO",
        "pv, X86_PV_P2M_FRAMES, STATIC_DATA_END, comes before STATIC_DATA_END",
        "pv, STATIC_DATA_END, X86_MSR_POLICY, comes after STATIC_DATA_END",
        "pvh, PAGE_DATA, STATIC_DATA_END, comes before STATIC_DATA_END",
        "pvh, HVM_PARAMS, STATIC_DATA_END, comes before STATIC_DATA_END",
        "pvh, HVM_CONTEXT, STATIC_DATA_END, comes before STATIC_DATA_END",
        "pvh, STATIC_DATA_END, X86_CPUID_POLICY, comes after STATIC_DATA_END",
        "pvh, END, PAGE_DATA, the record PAGE_DATA is missing before it"
    })
    void wrongOrder_isRefused(String sample, String record, String to, String message) {
        SavedImage image = ImageInspectorTest.samples().get(sample);
        int from = image.index("libxc:" + record);
        int at = image.index("libxc:" + to);
        Piece moved = image.pieces.get(from);
        SavedImage broken =
                from > at ? image.replace(from).replace(at, moved, image.pieces.get(at)) : image.replace(from);
        List<String> all = new ArrayList<>();
        ImageInspectorTest.read(broken.bytes()).errors().forEach(error -> all.add(error.message()));
        assertTrue(!all.isEmpty(), message);
        assertTrue(from < at || all.contains(message), all.toString());
    }
}
