package dev.jxl.config.xl;

/**
 * A number at a place of a text, as C's strtol family reads it.
 *
 * @param value its bits; the least or greatest for what does not fit
 * @param end after its last digit; where it was looked for when there is none
 * @param fits whether 64 bits hold it
 */
record CNumber(long value, int end, boolean fits) {
    /** strtol: base 10 or 16, or 0 for what the text's beginning says. */
    static CNumber signed(String text, int from, int base) {
        return new Reader(text, from, base).read(true);
    }

    /** strtoul: a minus is taken. */
    static CNumber unsigned(String text, int from, int base) {
        return new Reader(text, from, base).read(false);
    }

    /** atoi. */
    static int integer(String text) {
        return (int) signed(text, 0, 10).value();
    }

    /** Whether there was a number. */
    boolean found(int from) {
        return end > from;
    }

    /** isspace of the C locale. */
    static boolean isSpace(char c) {
        return c == ' ' || (c >= 9 && c <= 13);
    }

    private static final class Reader {
        private final String text;
        private final int from;
        private int at;
        private int base;

        Reader(String text, int from, int base) {
            this.text = text;
            this.from = from;
            this.at = from;
            this.base = base;
        }

        CNumber read(boolean signed) {
            while (at < text.length() && isSpace(text.charAt(at))) {
                at++;
            }
            boolean minus = at < text.length() && text.charAt(at) == '-';
            if (minus || (at < text.length() && text.charAt(at) == '+')) {
                at++;
            }
            prefix();
            int start = at;
            boolean fits = true;
            long value = 0;
            for (int digit = digit(at); digit >= 0; digit = digit(++at)) {
                fits &= Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, base)) <= 0;
                value = value * base + digit;
            }
            if (at == start) {
                return new CNumber(0, from, true);
            }
            if (signed) {
                boolean least = minus && value == Long.MIN_VALUE;
                boolean inside = fits && (value >= 0 || least);
                return new CNumber(
                        inside ? (minus ? -value : value) : minus ? Long.MIN_VALUE : Long.MAX_VALUE, at, inside);
            }
            return new CNumber(fits ? (minus ? -value : value) : -1L, at, fits);
        }

        private void prefix() {
            boolean hex = (base == 0 || base == 16)
                    && at + 1 < text.length()
                    && text.charAt(at) == '0'
                    && (text.charAt(at + 1) | 32) == 'x';
            if (hex) {
                base = 16;
                if (digit(at + 2) >= 0) {
                    at += 2;
                }
            } else if (base == 0) {
                base = at < text.length() && text.charAt(at) == '0' ? 8 : 10;
            }
        }

        private int digit(int where) {
            return where < text.length() && text.charAt(where) < 128 ? Character.digit(text.charAt(where), base) : -1;
        }
    }
}
