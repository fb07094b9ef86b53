package dev.jxl.xld.host;

/**
 * Texts that strangers wrote (guests, driver domains, programs that read guests' disks), fit to be shown on a terminal: no control
 * characters, of which Unicode has more than ASCII, nothing that turns the direction of what follows, no halves of characters.
 */
public final class Printable {
    private static final String UNFIT = "[\\p{C}\\p{Zl}\\p{Zp}]";
    private static final String UNFIT_IN_TEXT = "[\\p{C}\\p{Zl}\\p{Zp}&&[^\n\t]]";

    private static final int BRIEF = 256;

    private Printable() {}

    /** As one line: each unfit character becomes a question mark. */
    public static String line(String text) {
        return text.replaceAll(UNFIT, "?");
    }

    /** The same, at most so long; what is cut off is shown by a mark. */
    public static String line(String text, int longest) {
        return line(text.length() > longest ? text.substring(0, longest) + "…" : text);
    }

    /** As one line of the length that a name or a reason may have. */
    public static String brief(String text) {
        return line(text, BRIEF);
    }

    /** As lines, whose ends and tabulators stay. */
    public static String lines(String text) {
        return text.replaceAll(UNFIT_IN_TEXT, "?");
    }
}
