package dev.jxl.config.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Images made to hurt: the reader comes back, and does not take much memory. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ImageFuzzTest {
    @Test
    void anyBytes_areReadToAReport() {
        List<byte[]> samples = ImageInspectorTest.samples().values().stream()
                .map(SavedImage::bytes)
                .sorted((a, b) -> a.length - b.length)
                .toList();
        int sound = 0;
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            byte[] image = mutate(samples.get(random.nextInt(samples.size())), random);
            ImageReport report = ImageInspectorTest.read(image);
            assertEquals(report.sound(), report.errors().isEmpty(), "seed " + seed);
            assertTrue(report.errors().size() <= Findings.MOST + 1, "seed " + seed);
            assertTrue(report.toJson().startsWith("{"), "seed " + seed);
            sound += report.sound() ? 1 : 0;
        }
        // Most bytes are contents of pages: changing those breaks nothing.
        assertTrue(sound > 25 && sound < 900, "sound: " + sound);
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] image = good.clone();
        for (int i = random.nextInt(6); i >= 0 && image.length > 16; i--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(image.length, 1200) : image.length);
            switch (random.nextInt(6)) {
                case 0 -> image[at] = (byte) random.nextInt(256);
                case 1 -> image[at] = (byte) (image[at] ^ (1 << random.nextInt(8)));
                case 2 -> Arrays.fill(image, at, Math.min(image.length, at + 4), (byte) -random.nextInt(2));
                case 3 -> image = Arrays.copyOf(image, Math.max(8, at));
                case 4 -> {
                    int from = random.nextInt(image.length);
                    int length = Math.min(random.nextInt(64), image.length - Math.max(at, from));
                    System.arraycopy(image, from, image, at, length);
                }
                default -> {
                    // Eight bytes are taken out.
                    byte[] cut = Arrays.copyOf(image, image.length - Math.min(8, image.length - at));
                    System.arraycopy(image, image.length - cut.length + at, cut, at, cut.length - at);
                    image = cut;
                }
            }
        }
        return image;
    }

    /** Bytes that are made as they are read. */
    private static final class Made implements ReadableByteChannel {
        private final byte[] head;
        private final long pfns;
        private long at;

        Made(byte[] head, long pfns) {
            this.head = head;
            this.pfns = pfns;
        }

        @Override
        public int read(ByteBuffer to) {
            int before = to.position();
            to.order(ByteOrder.LITTLE_ENDIAN);
            while (at < head.length && to.hasRemaining()) {
                to.put(head[(int) at++]);
            }
            while (at >= head.length && at < head.length + pfns * 8 && to.remaining() >= 8) {
                long pfn = (at - head.length) / 8;
                to.putLong((0xFL << 60) | (pfn << 11));
                at += 8;
            }
            return to.position() == before ? -1 : to.position() - before;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @Test
    void manyPagesFarApart_takeNoMoreMemoryThanIsAllowed() throws IOException {
        int pfns = (128 << 20) / 8 - 1;
        SavedImage image = SavedImage.empty().libxcHeaders(3, 2).libxc("STATIC_DATA_END");
        byte[] head = SavedImage.join(image.bytes(), SavedImage.u32(1, 8 + pfns * 8, pfns, 0));
        ImageReport report = ImageInspector.inspect(ImageSource.of(new Made(head, pfns)), true);
        assertEquals(pfns, report.libxc().orElseThrow().pages().entries());
        assertEquals(Optional.empty(), report.libxc().orElseThrow().pages().different());
        assertEquals(head.length + pfns * 8L, report.errors().getFirst().offset());
    }

    @Test
    void aSetOfPages_isCountedUpToItsBound() {
        PfnSet pfns = new PfnSet();
        for (long i = 0; i < 1_000_000; i++) {
            pfns.add(i << 15, 1);
            assertTrue(pfns.bytes() <= PfnSet.MOST_BYTES);
        }
        assertEquals(PfnSet.MOST_BYTES, pfns.bytes());
        assertTrue(pfns.count().isEmpty());
    }

    @Test
    void aLongConfiguration_isNotRead() throws IOException {
        byte[] head = SavedImage.empty()
                .xl("{}")
                .poke(":xl", 44, SavedImage.u32(-1, -5))
                .bytes();
        ImageReport report = ImageInspector.inspect(ImageSource.of(new Made(head, 1000)), true);
        assertEquals(
                "its configuration has 4294967291 bytes: more than 1048576 are not read",
                report.errors().getFirst().message());
    }

    @Test
    void pagesInRuns_areCountedAsOneByOne() {
        Random random = new Random(42);
        PfnSet pfns = new PfnSet();
        BitSet expected = new BitSet();
        for (int run = 0; run < 2000; run++) {
            int first = random.nextInt(200_000);
            int pages = 1 + random.nextInt(random.nextBoolean() ? 3 : 70_000);
            pfns.add(first, pages);
            expected.set(first, first + pages);
            assertEquals(expected.cardinality(), pfns.count().orElseThrow(), "after " + first + " + " + pages);
        }
    }
}
