package dev.jxl.config.xl;

/**
 * A word of the language.
 *
 * @param text the identifier, the digits, the string without its quotes, or what is wrong (BAD)
 * @param inset from {@code place} to the first character of {@code text}: 1 with quotes; -1: with escapes, so that no
 *     column inside can be told
 */
record XlToken(Kind kind, String text, XlPlace place, int inset) {
    enum Kind {
        IDENTIFIER("a key"),
        NUMBER("a number"),
        STRING("a quoted string"),
        COMMA("','"),
        OPEN("'['"),
        CLOSE("']'"),
        ASSIGN("'='"),
        ADD("'+='"),
        SEMICOLON("';'"),
        NEWLINE("the end of the line"),
        BAD("something unreadable"),
        END("the end of the file");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** How a message calls it. */
        String words() {
            return words;
        }
    }

    boolean is(Kind other) {
        return kind == other;
    }
}
