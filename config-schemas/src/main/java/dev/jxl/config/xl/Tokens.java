package dev.jxl.config.xl;

import dev.jxl.config.XenVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cuts a setting's text as xl does: with C's strtok, which knows no empty part. */
final class Tokens {
    private Tokens() {}

    /**
     * A part of a text.
     *
     * @param at its first character's offset in the text
     */
    record Token(String text, XlPlace place, int at) {
        /** The value behind {@code key=}; empty when it is not that key. */
        Optional<String> value(String key) {
            return text.startsWith(key + "=") ? Optional.of(text.substring(key.length() + 1)) : Optional.empty();
        }
    }

    /** A key and its value. */
    record Pair(String key, String value) {}

    /** The parts between separators, without leading spaces; empty ones are none. */
    static List<Token> split(XlValue.Text from, char separator) {
        return split(from, separator, true);
    }

    /** The parts between separators; empty ones are none. */
    static List<Token> split(XlValue.Text from, char separator, boolean skipsSpaces) {
        String text = from.text();
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf(separator, at);
            end = end < 0 ? text.length() : end;
            if (end > at) {
                int start = at;
                while (skipsSpaces && start < end && text.charAt(start) == ' ') {
                    start++;
                }
                tokens.add(new Token(text.substring(start, end), from.placeOf(start), start));
            }
            at = end + 1;
        }
        return tokens;
    }

    /** The parts between any of the separators; empty ones are none. */
    static List<String> words(String text, String separators) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || separators.indexOf(text.charAt(i)) >= 0) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                word.append(text.charAt(i));
            }
        }
        return words;
    }

    /**
     * What stands before and after a delimiter; empty when one side of it is not there.
     *
     * @param trims whether white space at the ends goes
     * @source tools/xl/xl_parse.c: split_string_into_pair, which was rewritten in 4.18
     */
    static Optional<Pair> pair(String text, char delimiter, boolean trims, XenVersion version) {
        if (!version.atLeast(XenVersion.V4_18)) {
            List<String> parts = words(text, String.valueOf(delimiter));
            return parts.size() < 2 ? Optional.empty() : Optional.of(pair(parts.get(0), parts.get(1), trims));
        }
        int at = text.indexOf(delimiter);
        return at < 0 || at + 1 == text.length()
                ? Optional.empty()
                : Optional.of(pair(text.substring(0, at), text.substring(at + 1), trims));
    }

    private static Pair pair(String key, String value, boolean trims) {
        return trims ? new Pair(trim(key), trim(value)) : new Pair(key, value);
    }

    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && CNumber.isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && CNumber.isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }
}
