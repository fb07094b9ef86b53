package dev.jxl.config;

/**
 * An amount of memory.
 *
 * @param kib in KiB, 0 or more
 */
public record MemorySize(long kib) implements Comparable<MemorySize> {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException when negative
     */
    public MemorySize {
        if (kib < 0) {
            throw new IllegalArgumentException("an amount of memory is not negative: " + kib + " KiB");
        }
    }

    /** So many MiB. */
    public static MemorySize ofMib(long mib) {
        return new MemorySize(Math.multiplyExact(mib, 1024L));
    }

    /** Whole MiB, rounded down. */
    public long mib() {
        return kib / 1024;
    }

    /** The sum. */
    public MemorySize plus(MemorySize other) {
        return new MemorySize(Math.addExact(kib, other.kib));
    }

    @Override
    public int compareTo(MemorySize other) {
        return Long.compare(kib, other.kib);
    }

    @Override
    public String toString() {
        return kib % 1024 == 0 ? mib() + " MiB" : kib + " KiB";
    }
}
