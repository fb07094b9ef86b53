package dev.jxl.xld.host.xen.qmp;

import dev.jxl.xld.host.Printable;
import org.jspecify.annotations.Nullable;

/** A conversation with QEMU that did not come to an answer. The message is half a sentence: what QEMU said or did. */
public final class QmpException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_TEXT = 512;

    /** How it ended. */
    public enum Kind {
        /** QEMU understood and said no. */
        REFUSED,
        /** QEMU sent what is not QMP, or too much of it. */
        NOT_QMP,
        /** QEMU did not answer in time. */
        TIMED_OUT,
        /** Nobody listens, or the connection ended. */
        GONE
    }

    private final Kind kind;

    QmpException(Kind kind, String message, @Nullable Throwable cause) {
        super(printable(message), cause);
        this.kind = kind;
    }

    /** An answer that QEMU does not give. */
    public static QmpException strange(String message) {
        return new QmpException(Kind.NOT_QMP, message, null);
    }

    /** How it ended. */
    public Kind kind() {
        return kind;
    }

    /** A text of QEMU's, fit to be shown: bounded, without control characters. */
    static String printable(String text) {
        String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
        return Printable.line(cut.replaceAll("[\\p{Cntrl}\\s]+", " ").strip());
    }
}
