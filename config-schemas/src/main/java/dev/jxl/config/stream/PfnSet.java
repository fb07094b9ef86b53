package dev.jxl.config.stream;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Counts different pfns, in bounded memory: a stream that names too many far apart is not counted to its end. */
final class PfnSet {
    /** What the set may grow to, in bytes: as much as 1 TiB of guest memory needs. */
    static final long MOST_BYTES = 32L << 20;

    private static final int CHUNK_BITS = 15;
    private static final int CHUNK_WORDS = 1 << (CHUNK_BITS - 6);
    private static final long MOST_CHUNKS = MOST_BYTES / (CHUNK_WORDS * 8L);

    private final Map<Long, long[]> chunks = new HashMap<>();
    private long lastKey = -1;
    private long[] last = new long[0];
    private long count;
    private boolean full;

    /** So many, one behind the other. */
    void add(long first, long pages) {
        long pfn = first;
        for (long left = pages; left > 0 && !full; ) {
            int bit = (int) pfn & 63;
            int bits = (int) Math.min(left, 64L - bit);
            addWord(pfn, -1L >>> (64 - bits) << bit);
            pfn += bits;
            left -= bits;
        }
    }

    /** Those of one word of bits, which a pfn is in. */
    private void addWord(long pfn, long mask) {
        long key = pfn >>> CHUNK_BITS;
        if (key != lastKey) {
            long[] found = chunks.get(key);
            if (found == null) {
                if (chunks.size() >= MOST_CHUNKS) {
                    full = true;
                    return;
                }
                found = new long[CHUNK_WORDS];
                chunks.put(key, found);
            }
            lastKey = key;
            last = found;
        }
        int word = (int) (pfn >>> 6) & (CHUNK_WORDS - 1);
        count += Long.bitCount(mask & ~last[word]);
        last[word] |= mask;
    }

    /** What it holds by now. */
    long bytes() {
        return chunks.size() * (CHUNK_WORDS * 8L);
    }

    /** How many different ones; empty when they were too many to know. */
    OptionalLong count() {
        return full ? OptionalLong.empty() : OptionalLong.of(count);
    }
}
