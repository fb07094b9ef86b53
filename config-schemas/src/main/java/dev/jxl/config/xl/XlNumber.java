package dev.jxl.config.xl;

import java.util.OptionalLong;

/** Numbers as C's strtol with base 0 takes them: 0x… is hexadecimal, a leading 0 is octal. */
final class XlNumber {
    private XlNumber() {}

    /** The whole text as one number; empty when it is none, or one of more than 63 bits. */
    static OptionalLong parse(String text) {
        int at = 0;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        boolean negative = at < text.length() && text.charAt(at) == '-';
        if (negative || (at < text.length() && text.charAt(at) == '+')) {
            at++;
        }
        int base = 10;
        if (text.startsWith("0x", at) || text.startsWith("0X", at)) {
            base = 16;
            at += 2;
        } else if (text.startsWith("0", at)) {
            base = 8;
        }
        OptionalLong value = digits(text.substring(at), base);
        return negative && value.isPresent() ? OptionalLong.of(-value.getAsLong()) : value;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= 9 && c <= 13);
    }

    /** Digits of a base and nothing else; empty otherwise, or for more than 63 bits. */
    static OptionalLong digits(String text, int base) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, base) : -1;
            if (digit < 0 || value > (Long.MAX_VALUE - digit) / base) {
                return OptionalLong.empty();
            }
            value = value * base + digit;
        }
        return OptionalLong.of(value);
    }
}
