package dev.jxl.config.stream;

import java.io.IOException;

/** What fills a record up to a multiple of eight bytes. */
final class Padding {
    private static final int ALIGN = 8;

    private Padding() {}

    /**
     * Reads it, and what a reader of the body left.
     *
     * @param begin where the record begins
     * @param length its body's
     */
    static void check(StreamInput in, Findings findings, long begin, long length) throws IOException {
        long end = begin + ALIGN + length;
        in.skip(end - in.offset());
        for (long left = -length & (ALIGN - 1); left > 0; left--) {
            long at = in.offset();
            if (in.u8() != 0) {
                findings.error(at, "the padding at its end is not 0");
                in.skip(left - 1);
                return;
            }
        }
    }
}
