package dev.jxl.config.xl;

import dev.jxl.config.NicSpec.RateLimit;
import java.util.regex.Pattern;

/**
 * Reads a vif's {@code rate}: {@code 10Mb/s}, {@code 1GB/s@20ms}; b is bits, B bytes; the interval is 50 ms unless given.
 *
 * @source tools/libs/util/libxlu_vif.c: xlu_vif_parse_rate
 */
sealed interface XlRate {
    long MOST = 0xFFFF_FFFFL;
    long DEFAULT_INTERVAL_MICROS = 50_000;
    Pattern RATE = Pattern.compile("[0-9]+[GMK]?[Bb]/s");
    Pattern INTERVAL = Pattern.compile("[0-9]+[mu]?s?");

    /** A rate. */
    record Limit(RateLimit limit) implements XlRate {}

    /** None, and why. */
    record Wrong(String why) implements XlRate {}

    /** Reads it. */
    static XlRate read(String text) {
        int at = text.indexOf('@');
        long perSecond = bytesPerSecond(at < 0 ? text : text.substring(0, at));
        if (perSecond < 0) {
            return new Wrong("not a rate (a number up to " + MOST + ", then G, M, K or nothing, then b/s or B/s)");
        }
        long micros = at < 0 ? DEFAULT_INTERVAL_MICROS : micros(text.substring(at + 1));
        if (micros < 0) {
            return new Wrong("not an interval after '@' (a number, then s, ms or us; at most 4294 s)");
        }
        if (Long.compareUnsigned(perSecond, Long.divideUnsigned(-1L, micros)) > 0) {
            return new Wrong("more than can be counted");
        }
        return new Limit(new RateLimit(Long.divideUnsigned(perSecond * micros, 1_000_000), micros));
    }

    private static long bytesPerSecond(String text) {
        CNumber number = CNumber.unsigned(text, 0, 0);
        if (!RATE.matcher(text).matches() || number.value() <= 0 || number.value() > MOST) {
            return -1;
        }
        // a leading zero makes it octal: xl looks for the unit behind the last octal digit
        char unit = text.charAt(number.end());
        long factor = switch (unit) {
            case 'G' -> 1_000_000_000L;
            case 'M' -> 1_000_000L;
            case 'K' -> 1_000L;
            default -> 1L;
        };
        boolean bits = unit == 'b' || text.startsWith("b", number.end() + 1);
        return bits ? number.value() * factor / 8 : number.value() * factor;
    }

    private static long micros(String text) {
        CNumber number = CNumber.unsigned(text, 0, 0);
        if (!INTERVAL.matcher(text).matches() || number.value() <= 0 || number.value() > MOST) {
            return -1;
        }
        char unit = number.end() < text.length() ? text.charAt(number.end()) : 's';
        long factor = switch (unit) {
            case 's' -> 1_000_000L;
            case 'm' -> 1_000L;
            default -> 1L;
        };
        return number.value() * factor > MOST ? -1 : number.value() * factor;
    }
}
