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
     * What the calls of this thread are for; asked on the thread that makes them, and given back with their messages. What
     * {@link #OPERATION} is bound to, unless the log knows better.
     */
    default String operation() {
        return OPERATION.orElse("");
    }

    /** Whether messages of this gravity are of use: those that are not are not even formatted. Quick. */
    default boolean wants(Level level) {
        return true;
    }

    /**
     * One message; runs on a native lane: be quick and throw nothing.
     *
     * @param operation what {@link #OPERATION} was bound to, or empty
     * @param context the part of libxc that speaks, as "xc" or "domainbuilder"
     */
    void message(Level level, String operation, String context, String text);
}
