package dev.jxl.config;

/**
 * A domain's number on its host, as Xen gives it out.
 *
 * @param value 0 (the control domain) to 32751 ({@code DOMID_FIRST_RESERVED} - 1)
 * @source xen/include/public/xen.h: DOMID_FIRST_RESERVED
 */
public record DomainId(int value) implements Comparable<DomainId> {
    /** The first number that Xen keeps for itself. */
    public static final int FIRST_RESERVED = 0x7FF0;

    /** The control domain, where jxld runs. */
    public static final DomainId DOM0 = new DomainId(0);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException outside of 0 to 32751
     */
    public DomainId {
        if (value < 0 || value >= FIRST_RESERVED) {
            throw new IllegalArgumentException("a domid is a number from 0 to 32751, not " + value);
        }
    }

    @Override
    public int compareTo(DomainId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
