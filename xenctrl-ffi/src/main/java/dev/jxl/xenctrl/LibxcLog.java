package dev.jxl.xenctrl;

/** Takes what libxenctrl and libxenguest log. */
@FunctionalInterface
public interface LibxcLog {
    /** Bind to a name (operation id, domain) around calls: messages of these calls carry it. */
    ScopedValue<String> OPERATION = ScopedValue.newInstance();

    /** How grave a message is. */
    enum Level {
        /** For developers. */
        DEBUG,
        /** How far something is. */
        PROGRESS,
        /** Normal. */
        INFO,
        /** May matter. */
        WARNING,
        /** A call failed. */
        ERROR
    }

    /**
     * One message; runs on a native lane: be quick and throw nothing.
     *
     * @param operation what {@link #OPERATION} was bound to, or empty
     * @param context the part of libxc that speaks, as "xc" or "domainbuilder"
     */
    void message(Level level, String operation, String context, String text);
}
