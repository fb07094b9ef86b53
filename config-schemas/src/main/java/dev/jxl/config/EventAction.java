package dev.jxl.config;

/** What happens to a domain that has stopped by itself. */
public enum EventAction implements Worded {
    /** It is destroyed. */
    DESTROY("destroy"),
    /** It is destroyed and created again with the same configuration. */
    RESTART("restart"),
    /** As restart, but the stopped domain is kept under another name. */
    RENAME_RESTART("rename-restart"),
    /** It stays as it is, for inspection. */
    PRESERVE("preserve"),
    /** A core is dumped, then it is destroyed. */
    COREDUMP_DESTROY("coredump-destroy"),
    /** A core is dumped, then it is restarted. */
    COREDUMP_RESTART("coredump-restart"),
    /** Its state is reset while its memory stays. */
    SOFT_RESET("soft-reset");

    private final String word;

    EventAction(String word) {
        this.word = word;
    }

    /** The word of xl.cfg. */
    @Override
    public String word() {
        return word;
    }
}
