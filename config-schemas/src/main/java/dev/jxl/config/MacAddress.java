package dev.jxl.config;

import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * An Ethernet address.
 *
 * @param text six lower-case hexadecimal bytes with colons: {@code 00:16:3e:12:34:56}
 */
public record MacAddress(String text) {
    private static final Pattern SHAPE = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    /**
     * Checks the shape; upper case is folded.
     *
     * @throws IllegalArgumentException when it is not six bytes with colons, or a multicast address
     */
    public MacAddress {
        text = text.toLowerCase(Locale.ROOT);
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a MAC address (six hexadecimal bytes, e.g. 00:16:3e:12:34:56)");
        }
        if ((Integer.parseInt(text.substring(0, 2), 16) & 1) != 0) {
            throw new IllegalArgumentException("'" + text + "' is a multicast address: the first byte must be even");
        }
    }

    /** A random address with Xen's prefix 00:16:3e. */
    public static MacAddress random(RandomGenerator random) {
        return new MacAddress(String.format(
                Locale.ROOT,
                "00:16:3e:%02x:%02x:%02x",
                random.nextInt(0x80),
                random.nextInt(256),
                random.nextInt(256)));
    }

    @Override
    public String toString() {
        return text;
    }
}
