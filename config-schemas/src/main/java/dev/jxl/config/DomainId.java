package dev.jxl.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A domain's number on its host, as Xen gives it out.
 *
 * @param value 0 (the control domain) to 32751 ({@code DOMID_FIRST_RESERVED} - 1)
 * @source xen/include/public/xen.h: DOMID_FIRST_RESERVED
 */
public record DomainId(int value) implements Comparable<DomainId> {
    /** The first number that Xen keeps for itself. */
    public static final int FIRST_RESERVED = 0x7FF0;

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,4}");

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

    /** The number that a text is, written as Xen and xenstore write it; empty for anything else. */
    public static Optional<DomainId> find(String text) {
        return Optional.of(text)
                .filter(t -> NUMBER.matcher(t).matches())
                .map(Integer::valueOf)
                .filter(number -> number < FIRST_RESERVED)
                .map(DomainId::new);
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
