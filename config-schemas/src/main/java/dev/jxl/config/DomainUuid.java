package dev.jxl.config;

import java.util.UUID;
import java.util.regex.Pattern;

/** A domain's UUID: it stays the same over reboots and migrations, while the domid changes. */
public record DomainUuid(UUID value) {
    private static final Pattern TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /** A new random UUID (version 4). */
    public static DomainUuid random() {
        return new DomainUuid(UUID.randomUUID());
    }

    /**
     * Reads the usual form with dashes, 36 characters, any case.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static DomainUuid parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a UUID (8-4-4-4-12 hexadecimal digits, e.g. 6b29fc40-ca47-1067-b31d-00dd010662da)");
        }
        return new DomainUuid(UUID.fromString(text));
    }

    /** The 16 bytes in the order of the text, as Xen keeps them in a domain's handle. */
    public byte[] bytes() {
        byte[] out = new byte[16];
        for (int i = 0; i < 8; i++) {
            out[i] = (byte) (value.getMostSignificantBits() >>> (56 - 8 * i));
            out[8 + i] = (byte) (value.getLeastSignificantBits() >>> (56 - 8 * i));
        }
        return out;
    }

    /**
     * The reverse of {@link #bytes()}.
     *
     * @throws IllegalArgumentException when it is not 16 bytes
     */
    public static DomainUuid ofBytes(byte[] bytes) {
        if (bytes.length != 16) {
            throw new IllegalArgumentException("a UUID has 16 bytes, not " + bytes.length);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | (bytes[i] & 0xffL);
            low = low << 8 | (bytes[8 + i] & 0xffL);
        }
        return new DomainUuid(new UUID(high, low));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
