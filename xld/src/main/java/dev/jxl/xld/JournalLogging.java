package dev.jxl.xld;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log on stderr, one line each, with the prefix by which systemd's journal knows how grave it is.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd-daemon.html">sd-daemon(3)</a>
 */
final class JournalLogging extends Formatter {
    /**
     * The frontend's framework tells its own version at start; jxld's own line is enough. Held here because java.util.logging
     * forgets the level of a logger that nobody holds.
     */
    private static final Logger FRAMEWORK = Logger.getLogger("io.helidon");

    private final boolean underSystemd = System.getenv("JOURNAL_STREAM") != null;

    private JournalLogging() {}

    static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        ConsoleHandler handler = new ConsoleHandler();
        handler.setLevel(Level.ALL);
        handler.setFormatter(new JournalLogging());
        root.addHandler(handler);
        root.setLevel(Level.INFO);
        FRAMEWORK.setLevel(Level.WARNING);
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder out = new StringBuilder(prefix(record.getLevel())).append(formatMessage(record));
        if (record.getThrown() != null) {
            StringWriter trace = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(trace));
            // One record stays one entry of the journal's: continued lines carry the prefix too.
            out.append('\n').append(trace.toString().strip());
        }
        return out.toString().replace("\n", "\n" + prefix(record.getLevel())) + "\n";
    }

    private String prefix(Level level) {
        if (!underSystemd) {
            return level.intValue() >= Level.WARNING.intValue()
                    ? "jxld: " + level.getName().toLowerCase(Locale.ROOT) + ": "
                    : "jxld: ";
        }
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "<3>";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "<4>";
        }
        return level.intValue() >= Level.INFO.intValue() ? "<6>" : "<7>";
    }
}
