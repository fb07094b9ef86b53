package dev.jxl.config.xl;

/** Shows a user's text in a message. */
final class Quoting {
    private static final int LONGEST = 80;

    private Quoting() {}

    /** Short, and without control characters: a message goes to terminals and logs. */
    static String cut(String text) {
        String shorter = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        StringBuilder out = new StringBuilder(shorter.length());
        shorter.chars().forEach(c -> out.append(Character.isISOControl(c) ? '?' : (char) c));
        return out.toString();
    }
}
