package dev.jxl.config.xl;

import dev.jxl.config.NicSpec.RateLimit;
import java.util.OptionalLong;

/**
 * Reads a vif's {@code rate}: {@code 10Mb/s}, {@code 1GB/s@20ms}; b is bits, B bytes; the interval is 50 ms unless given.
 *
 * @source tools/libs/util/libxlu_vif.c: xlu_vif_parse_rate
 */
sealed interface XlRate {
    long MOST = 0xFFFF_FFFFL;
    long DEFAULT_INTERVAL_MICROS = 50_000;

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
        if (perSecond > Long.MAX_VALUE / micros) {
            return new Wrong("more than can be counted");
        }
        long bytes = perSecond * micros / 1_000_000;
        if (bytes == 0) {
            return new Wrong("less than one byte in each interval: xl would not limit at all");
        }
        return new Limit(new RateLimit(bytes, micros));
    }

    private static long bytesPerSecond(String text) {
        int unit = digitsEnd(text);
        OptionalLong number = XlNumber.parse(text.substring(0, unit));
        if (number.isEmpty() || number.getAsLong() == 0 || number.getAsLong() > MOST) {
            return -1;
        }
        return switch (text.substring(unit)) {
            case "B/s" -> number.getAsLong();
            case "KB/s" -> number.getAsLong() * 1_000;
            case "MB/s" -> number.getAsLong() * 1_000_000;
            case "GB/s" -> number.getAsLong() * 1_000_000_000;
            case "b/s" -> number.getAsLong() / 8;
            case "Kb/s" -> number.getAsLong() * 1_000 / 8;
            case "Mb/s" -> number.getAsLong() * 1_000_000 / 8;
            case "Gb/s" -> number.getAsLong() * 1_000_000_000 / 8;
            default -> -1;
        };
    }

    private static long micros(String text) {
        int unit = digitsEnd(text);
        OptionalLong number = XlNumber.parse(text.substring(0, unit));
        if (number.isEmpty() || number.getAsLong() == 0 || number.getAsLong() > MOST) {
            return -1;
        }
        long micros = switch (text.substring(unit)) {
            case "s", "" -> number.getAsLong() * 1_000_000;
            case "ms", "m" -> number.getAsLong() * 1_000;
            case "us", "u" -> number.getAsLong();
            default -> -1;
        };
        return micros > MOST ? -1 : micros;
    }

    private static int digitsEnd(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
