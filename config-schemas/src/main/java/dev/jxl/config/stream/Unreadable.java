package dev.jxl.config.stream;

/** Reading cannot go on. */
final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean ended;

    private Unreadable(boolean ended) {
        super("", null, false, false);
        this.ended = ended;
    }

    /** Why is among the findings. */
    static Unreadable told() {
        return new Unreadable(false);
    }

    /** The input has no more bytes. */
    static Unreadable ended() {
        return new Unreadable(true);
    }

    boolean isEnd() {
        return ended;
    }
}
