package dev.jxl.cli;

/** Lines in xl's columns; without the class that formats, because it takes longer than the rest. */
final class Columns {
    private final StringBuilder out = new StringBuilder();

    /** A text that fills the column from the left. */
    Columns left(String text, int width) {
        out.append(text).repeat(' ', Math.max(0, width - text.length()));
        return this;
    }

    /** A text that fills the column from the right. */
    Columns right(String text, int width) {
        out.repeat(' ', Math.max(0, width - text.length())).append(text);
        return this;
    }

    Columns right(long number, int width) {
        return right(Long.toString(number), width);
    }

    /** A text as it is. */
    Columns then(String text) {
        out.append(text);
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
