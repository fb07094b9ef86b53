package dev.jxl.xld.host.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.jxl.config.stream.SaveFile;
import dev.jxl.xld.api.ToolstackException.FileFailed;
import dev.jxl.xld.host.IncomingGuest.Extent;
import dev.jxl.xld.host.IncomingGuest.ResetGuest;
import dev.jxl.xld.host.IncomingGuest.SavedGuest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restore looks at before it makes anything: good files and many broken ones, on a disk. */
@Timeout(120)
class XenGuestStreamsTest {
    private static final Pattern PLACE =
            Pattern.compile("offset \\d+, (image|xl header|libxl header|libxc (image|domain) header"
                    + "|lib(xl|xc) record \\d+( \\([A-Za-z_0-9 ]+, from \\d+\\))?): ");

    private static final int LONGEST_MESSAGE = 2000;

    private final KernelLane lane = new KernelLane();
    private final XenGuestStreams streams = new XenGuestStreams(lane);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        lane.close();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("guest.save"), bytes);
    }

    /** Descriptors of this process that are open in the folder. */
    private List<Path> openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(Files::isSymbolicLink)
                    .map(XenGuestStreamsTest::target)
                    .filter(target -> target.startsWith(folder))
                    .toList();
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException closedMeanwhile) {
            return link;
        }
    }

    private String refusal(String what, byte[] bytes) throws IOException {
        Path file = write(bytes);
        FileFailed[] refused = new FileFailed[1];
        assertThatThrownBy(() -> streams.open(file))
                .as(what)
                .isInstanceOfSatisfying(FileFailed.class, e -> refused[0] = e);
        String message = String.valueOf(refused[0].getMessage());
        assertThat(message).as(what).startsWith("no guest can be made of " + file + ": ");
        assertThat(message.length()).as(what).isLessThan(LONGEST_MESSAGE);
        assertThat(message.chars().noneMatch(Character::isISOControl))
                .as(message)
                .isTrue();
        assertThat(Files.readAllBytes(file)).as(what).isEqualTo(bytes);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList()).as(what).containsExactly(file);
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh", "hvm"})
    void goodFile_tellsWhereThingsAre(String type) throws IOException {
        SavedFile good = SavedFile.of(type);
        Path file = write(good.bytes());
        int state = good.offset(good.parts().size() - 2) + 16;
        assertThat(streams.open(file))
                .isEqualTo(new SavedGuest(
                        file,
                        good.configuration(),
                        good.offset(1),
                        type.equals("hvm") ? Optional.of(new Extent(state, 30)) : Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pv", "pvh", "hvm"})
    void brokenFiles_areRefusedWithRecordAndOffset_andStayAsTheyAre(String type) throws IOException {
        Map<String, byte[]> broken = broken(SavedFile.of(type));
        assertSoftly(all -> broken.forEach((what, bytes) -> all.assertThatCode(
                        () -> assertThat(refusal(what, bytes)).containsPattern(PLACE))
                .as(what)
                .doesNotThrowAnyException()));
        assertThat(openFiles()).isEmpty();
        System.out.println(type + ": " + broken.size() + " different broken files were refused");
        assertThat(broken.values().stream().map(ByteBuffer::wrap).distinct().count())
                .isEqualTo(broken.size())
                .isGreaterThanOrEqualTo(200);
    }

    private static Map<String, byte[]> broken(SavedFile good) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        byte[] whole = good.bytes();
        for (int part = 0; part < good.parts().size(); part++) {
            int begin = good.offset(part);
            int length = good.parts().get(part).length;
            for (int kept : List.of(0, 1, 4, 7, 9, length / 2, length - 1)) {
                if (kept < length) {
                    all.put("part " + part + " cut after " + kept, Arrays.copyOf(whole, begin + kept));
                }
            }
            if (part >= SavedFile.HEADERS) {
                records(all, good, part);
            }
        }
        headers(all, good);
        for (int tail : List.of(1, 8, 5000)) {
            all.put(tail + " bytes behind it", Arrays.copyOf(whole, whole.length + tail));
        }
        all.put("the same again behind it", SavedFile.join(whole, whole));
        return all;
    }

    private static void records(Map<String, byte[]> all, SavedFile good, int part) {
        byte[] record = good.parts().get(part);
        int length = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
        for (int type : List.of(0x13, 0x7FFF_FFFF)) {
            all.put(
                    "part " + part + " of type " + type,
                    good.poke(part, 0, type).bytes());
            all.put(
                    "a " + type + " before part " + part,
                    good.with(part, SavedFile.record(type), record).bytes());
        }
        for (int wrong : List.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE, length + 8, length + 4096)) {
            all.put(
                    "part " + part + " of length " + wrong,
                    good.poke(part, 4, wrong).bytes());
        }
        if (length > 8) {
            all.put(
                    "part " + part + " too short",
                    good.poke(part, 4, length - 8).bytes());
        }
        for (int padding = 1; padding <= (-length & 7); padding++) {
            byte[] changed = record.clone();
            changed[changed.length - padding] = 1;
            all.put(
                    "part " + part + " with padding " + padding,
                    good.with(part, changed).bytes());
        }
    }

    private static void headers(Map<String, byte[]> all, SavedFile good) {
        int libxl = good.parts().getFirst().length - 24;
        for (int at : List.of(0, 4, 24, 28, 32, 36, 40, 44, 48, libxl, libxl + 4, libxl + 8, libxl + 12, libxl + 16)) {
            for (int value : List.of(0x7F00_0000, -2)) {
                all.put("head, " + value + " at " + at, good.poke(0, at, value).bytes());
            }
        }
        for (int at : List.of(0, 4, 8, 12, 16, 20)) {
            all.put(
                    "image header, wrong at " + at,
                    good.poke(1, at, 0x0200_0200).bytes());
        }
        for (int value : List.of(0, 3, -1)) {
            all.put("domain header, of type " + value, good.poke(2, 0, value).bytes());
        }
        for (int value : List.of(0, 13, 0x1_000C, -1)) {
            all.put("domain header, pages of " + value, good.poke(2, 4, value).bytes());
        }
        for (String other : List.of("", "{", "[]", "\"x\"", "{\"c_info\": 1}")) {
            all.put("configuration " + other, good.with(0, SaveFile.head(other)).bytes());
        }
        for (String[] change : new String[][] {
            {"broken", "../broken"},
            {"broken", ""},
            {"\"broken\"", "7"},
            {"65536", "-65536"},
            {"max_vcpus\": 1", "max_vcpus\": -1"}
        }) {
            String other = good.configuration().replace(change[0], change[1]);
            all.put(
                    "configuration with " + change[1],
                    good.with(0, SaveFile.head(other)).bytes());
        }
    }

    @Test
    void configurationOfAnotherType_isRefused() throws IOException {
        for (String image : List.of("pv", "pvh")) {
            for (String configuration : List.of("pv", "pvh", "hvm")) {
                if (!image.equals(configuration)) {
                    byte[] bytes = SavedFile.of(image)
                            .with(0, SavedFile.of(configuration).parts().getFirst())
                            .bytes();
                    assertThat(refusal(image + " as " + configuration, bytes)).containsPattern(PLACE);
                }
            }
        }
    }

    /** xl takes such files, as parts of something else or beside a configuration that it is given. */
    @Test
    void whatOnlyXlCanUse_isRefusedBeforeAnythingIsMade() throws IOException {
        SavedFile good = SavedFile.of("pvh");
        int policy = SavedFile.HEADERS;
        int end = good.parts().size() - 2;
        byte[] emptyHead = SavedFile.join(
                Arrays.copyOf(good.bytes(), 32),
                SavedFile.u32(0x01020304, 2, 0, 4, 0),
                Arrays.copyOfRange(good.bytes(), good.offset(1) - 24, good.offset(1)));
        assertThat(refusal("no JSON", good.poke(0, 36, 2).bytes())).endsWith(": its configuration is not JSON");
        assertThat(refusal("no configuration", good.with(0, emptyHead).bytes())).contains("configuration is empty");
        assertThat(refusal("no CPU policy", good.with(policy).bytes())).contains("without a CPU policy");
        byte[] checkpoint = SavedFile.join(SavedFile.record(14), SavedFile.record(4));
        assertThat(refusal(
                        "Remus",
                        good.with(end, checkpoint, good.parts().get(end)).bytes()))
                .contains("it has checkpoints");
        byte[] libxlAlone = Arrays.copyOfRange(good.bytes(), good.offset(1) - 24, good.bytes().length);
        byte[] libxcAlone = Arrays.copyOfRange(good.bytes(), good.offset(1), good.offset(end + 1));
        assertThat(refusal("libxl", libxlAlone)).contains("it is not a file of 'xl save' or 'jxl save'");
        assertThat(refusal("libxc", libxcAlone)).contains("it is not a file of 'xl save' or 'jxl save'");
    }

    @Test
    void unknownOptionalRecord_isPassedOver() throws IOException {
        SavedFile good = SavedFile.of("pvh");
        byte[] first = good.parts().get(SavedFile.HEADERS);
        Path file = write(good.with(SavedFile.HEADERS, SavedFile.record(0x8000_0013, new byte[5]), first)
                .bytes());
        assertThat(streams.open(file).configuration()).isEqualTo(good.configuration());
    }

    @Test
    void hugeLengthsInASmallFile_takeNoMemory() throws IOException {
        SavedFile good = SavedFile.of("hvm");
        streams.open(write(good.bytes()));
        long before = allocatedBytes();
        SavedFile huge = good.poke(good.parts().size() - 2, 4, 0x03FF_FFF8);
        assertThat(refusal("a long device model", huge.bytes())).contains("the image ends here");
        SavedFile longer = good.poke(good.parts().size() - 2, 4, 0x0400_0009);
        assertThat(refusal("a longer device model", longer.bytes())).contains("more than 67108864 are not read");
        for (int length : List.of(0x000F_FFFF, 0x0010_0000)) {
            byte[] configuration =
                    good.poke(0, 44, length + 4).poke(0, 48, length).bytes();
            assertThat(refusal("a long configuration", configuration)).contains("the image ends here");
        }
        assertThat(allocatedBytes() - before).isLessThan(16L << 20);
    }

    /** By all threads so far. By reflection, for this module does not read the one that knows. */
    private static long allocatedBytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getTotalThreadAllocatedBytes")
                    .invoke(threads);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JVM does not count", e);
        }
    }

    @Test
    void whatIsNoFile_isRefused() {
        for (Path path : List.of(folder, Path.of("guest.save"), Path.of("/dev/zero"))) {
            assertThatThrownBy(() -> streams.open(path)).isInstanceOf(FileFailed.class);
        }
        assertThatThrownBy(() -> streams.open(folder.resolve("none")))
                .isInstanceOf(FileFailed.class)
                .hasMessageEndingWith("it does not exist");
    }

    @Test
    void stateOfADeviceModelWhoseGuestWasReset_isTaken_andMissedWhereItIsNot() throws IOException {
        Path state = Files.writeString(folder.resolve("qemu-reset.7"), "state");
        Path to = folder.resolve("qemu-resume.7");
        ResetGuest reset = new ResetGuest(state, "");
        streams.extractDeviceModelState(reset, to);
        assertThat(to).hasContent("state");
        assertThat(state).doesNotExist();
        assertThatThrownBy(() -> streams.extractDeviceModelState(reset, to))
                .isInstanceOf(FileFailed.class)
                .hasMessage("naming " + to + " what was " + state + " failed: it does not exist");
    }
}
