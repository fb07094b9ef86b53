package dev.jxl.config.stream;

import dev.jxl.config.stream.SavedImage.Piece;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Breaks a good image in every way that its list of headers and records offers; the same ones each time. */
final class Breakages {
    /** One broken image. */
    static final class Broken {
        private final String what;
        private final byte[] image;
        private final long from;

        Broken(String what, byte[] image, long from) {
            this.what = what;
            this.image = image;
            this.from = from;
        }

        /** For messages. */
        String what() {
            return what;
        }

        byte[] image() {
            return image;
        }

        /** Where the first wrong byte is, or where something is missing: nothing before is to be blamed. */
        long from() {
            return from;
        }
    }

    /** What may be missing; so may xl's header, which is the first: the rest is a libxl stream. */
    private static final Set<String> DISPENSABLE = Set.of(
            "X86_CPUID_POLICY",
            "X86_MSR_POLICY",
            "X86_TSC_INFO",
            "PAGE_DATA",
            "X86_PV_VCPU_EXTENDED",
            "X86_PV_VCPU_XSAVE",
            "X86_PV_VCPU_MSRS",
            "EMULATOR_XENSTORE_DATA");

    private static final Set<String> REPEATABLE = Set.of("PAGE_DATA", "X86_PV_P2M_FRAMES", "EMULATOR_XENSTORE_DATA");

    /** Header, offset in it, bytes in hexadecimal. */
    private static final String HEADERS = """
            xl 0 59656e
            xl 29 20
            xl 31 00
            xl 32 01020304
            xl 32 00000000
            xl 36 00000000
            xl 36 01000000
            xl 36 04000000
            xl 36 ffffffff
            xl 40 01000000
            xl 40 00000080
            xl 44 00000000
            xl 44 01000000
            xl 44 ffffffff
            xl 44 00000080
            xl 48 00000000
            xl 48 01000000
            xl 48 ffffffff
            xl 48 00000080
            libxl 0 6c
            libxl 8 02000000
            libxl 8 00000000
            libxl 8 00000001
            libxl 8 ffffffff
            libxl 12 00000001
            libxl 12 00000003
            libxl 12 00000004
            libxl 12 80000000
            image 0 00
            image 7 fe
            image 8 464e4558
            image 12 03000000
            image 12 00000001
            image 12 00000004
            image 12 ffffffff
            image 16 0001
            image 16 0002
            image 16 8000
            image 18 0001
            image 20 80000000
            domain 0 00000000
            domain 0 03000000
            domain 0 ffffffff
            domain 4 0b00
            domain 4 2000
            domain 4 ffff
            domain 6 0100
            """;

    private final String sample;
    private final SavedImage image;
    private final List<Broken> all = new ArrayList<>();

    private Breakages(String sample, SavedImage image) {
        this.sample = sample;
        this.image = image;
    }

    /** All of them. */
    static List<Broken> of(String sample, SavedImage image) {
        Breakages broken = new Breakages(sample, image);
        broken.headers();
        for (int i = 0; i < image.pieces.size(); i++) {
            broken.cuts(i);
            broken.presence(i);
            if (image.pieces.get(i).isRecord()) {
                broken.typesAndLengths(i);
                broken.strangersBefore(i);
            }
        }
        broken.tails();
        return broken.all;
    }

    private void add(String what, SavedImage broken, long from) {
        add(what, broken.bytes(), from);
    }

    private void add(String what, byte[] broken, long from) {
        all.add(new Broken(sample + ": " + what, broken, from));
    }

    private void headers() {
        HEADERS.lines().forEach(line -> {
            String[] words = line.split(" ", -1);
            byte[] value = HexFormat.of().parseHex(words[2]);
            long begin = image.offset(image.index(":" + words[0]));
            add(line, image.poke(":" + words[0], Integer.parseInt(words[1]), value), begin);
        });
    }

    /** Cut off before it, at each of its first words, in its middle, and before its last byte. */
    private void cuts(int index) {
        int length = image.pieces.get(index).bytes().length;
        int begin = (int) image.offset(index);
        Stream.of(0, 1, 4, 7, 8, 12, length / 2, length - 8, length - 1)
                .filter(kept -> kept >= 0 && kept < length)
                .distinct()
                .forEach(
                        kept -> add(name(index) + " cut after " + kept, Arrays.copyOf(image.bytes(), begin + kept), 0));
    }

    private void presence(int index) {
        Piece piece = image.pieces.get(index);
        boolean again = piece.name().equals("X86_PV_VCPU_BASIC") && index > image.index("libxc:X86_PV_VCPU_BASIC");
        if (!DISPENSABLE.contains(piece.name()) && !again && index > 0) {
            add(name(index) + " missing", image.replace(index), image.offset(index));
        }
        if (!REPEATABLE.contains(piece.name())) {
            add(name(index) + " twice", image.replace(index, piece, piece), image.offset(index + 1));
        }
    }

    private void typesAndLengths(int index) {
        Piece piece = image.pieces.get(index);
        long begin = image.offset(index);
        for (int type : List.of(0x13, 0x7FFF_FFFF)) {
            add(name(index) + " of type " + type, image.replace(index, piece.with(0, SavedImage.u32(type))), begin);
        }
        int right =
                ByteBuffer.wrap(piece.bytes()).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
        Stream.of(-1, -8, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 1, right - 8, right + 8, right + 4096)
                .filter(length -> length != right && (length >= 0 || right >= 0))
                .filter(length -> length == right + 8 || Math.ceilDiv(length, 8) != Math.ceilDiv(right, 8))
                .distinct()
                .forEach(length -> add(
                        name(index) + " of length " + Integer.toUnsignedString(length),
                        image.replace(index, piece.with(4, SavedImage.u32(length))),
                        begin));
        for (int i = 1; i <= piece.padding(); i++) {
            add(
                    name(index) + " with padding that is not 0, " + i,
                    image.replace(index, piece.with(piece.bytes().length - i, SavedImage.bytes(0x80))),
                    begin);
        }
    }

    private void strangersBefore(int index) {
        String stream = image.pieces.get(index).stream();
        for (int type : List.of(0x13, 0x7FFF_FFFF)) {
            for (int length : List.of(0, 13)) {
                Piece stranger = SavedImage.record(stream, "?", type, new byte[length]);
                add(
                        "unknown " + type + " of " + length + " bytes before " + name(index),
                        image.replace(index, stranger, image.pieces.get(index)),
                        image.offset(index));
            }
        }
    }

    private void tails() {
        byte[] whole = image.bytes();
        byte[] text = "something else".getBytes(StandardCharsets.US_ASCII);
        for (byte[] tail : List.of(new byte[1], new byte[8], new byte[4096], text, whole)) {
            add(tail.length + " bytes behind it", SavedImage.join(whole, tail), whole.length);
        }
    }

    private String name(int index) {
        return image.pieces.get(index).name() + " (" + index + ")";
    }
}
