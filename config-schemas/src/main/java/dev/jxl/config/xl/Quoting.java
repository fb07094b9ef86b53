package dev.jxl.config.xl;

/** Shows a user's text in a message. */
final class Quoting {
    private static final int LONGEST = 80;
    private static final int LONGEST_SENTENCE = 300;

    private Quoting() {}

    /** Short, and without control characters: a message goes to terminals and logs. */
    static String cut(String text) {
        return cut(text, LONGEST);
    }

    /** The same for a sentence with a user's text in it. */
    static String cutLong(String sentence) {
        return cut(sentence, LONGEST_SENTENCE);
    }

    private static String cut(String text, int longest) {
        String shorter = text.length() <= longest ? text : text.substring(0, longest) + "…";
        StringBuilder out = new StringBuilder(shorter.length());
        shorter.chars().forEach(c -> out.append(Character.isISOControl(c) ? '?' : (char) c));
        return out.toString();
    }
}
