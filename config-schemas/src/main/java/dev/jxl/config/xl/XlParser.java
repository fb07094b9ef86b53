package dev.jxl.config.xl;

import dev.jxl.config.xl.XlToken.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads statements: {@code key = value} and {@code key += value}, ended by a line end or a semicolon; a value is a
 * string, a number or a list of values. The last assignment of a key counts.
 *
 * @source tools/libs/util/libxlu_cfg_y.y; xlu__cfg_set_store, xlu__cfg_concat_vals for +=
 */
final class XlParser {
    /** Lists in lists: real files have two. */
    static final int DEEPEST = 32;

    private final XlProblems problems;
    private final Map<String, Collecting> settings = new LinkedHashMap<>();
    private XlLexer lexer = new XlLexer("", 1, false, place -> {});
    private XlToken now = lexer.next();
    private @Nullable XlToken ahead;
    private String key = "";

    XlParser(XlProblems problems) {
        this.problems = problems;
    }

    /** Reads one more text; its assignments come after those that were read before. */
    void read(String text, int firstLine) {
        read(text, firstLine, false);
    }

    /** The same; the end as xl reads the end of a file. */
    void readToEnd(String text) {
        read(text, 1, problems.asXl());
    }

    private void read(String text, int firstLine, boolean endAsXl) {
        lexer = new XlLexer(text, firstLine, endAsXl, this::lost);
        ahead = null;
        now = lexer.next();
        while (!now.is(Kind.END)) {
            try {
                statement();
            } catch (SyntaxError wrong) {
                problems.error(wrong.place, key, wrong.sentence);
                recover();
            }
            key = "";
        }
    }

    private void lost(XlPlace place) {
        problems.ignored(
                place,
                key,
                "xl reads an escape with digits as nothing; the only escapes are \\\\ \\' \\\" \\a \\b \\f \\n \\r \\t \\v");
    }

    /** The keys in the order in which they first came. */
    Map<String, XlSetting> settings() {
        Map<String, XlSetting> out = new LinkedHashMap<>();
        settings.forEach((name, collecting) -> out.put(name, collecting.setting(name)));
        return out;
    }

    private void statement() throws SyntaxError {
        if (now.is(Kind.IDENTIFIER)) {
            assignment();
        }
        if (!now.is(Kind.NEWLINE) && !now.is(Kind.SEMICOLON) && !now.is(Kind.END)) {
            throw unexpected(key.isEmpty() ? "a key" : "the end of the line or ';'");
        }
        advance();
    }

    private void assignment() throws SyntaxError {
        XlToken name = now;
        key = name.text();
        advance();
        boolean adds = now.is(Kind.ADD);
        if (!adds && !now.is(Kind.ASSIGN)) {
            throw unexpected("'=' after '" + shorten(key) + "'");
        }
        advance();
        store(name, value(0), adds);
    }

    private void store(XlToken name, XlValue value, boolean adds) {
        Collecting before = settings.get(name.text());
        if (adds && before != null) {
            if (!before.add(value)) {
                problems.error(
                        value.place(),
                        name.text(),
                        "a list and a single value cannot be added with '+=' to each other");
            }
            return;
        }
        if (!adds && before != null && name.place().line() > 0) {
            problems.warning(
                    before.place,
                    name.text(),
                    "set again on line " + name.place().line() + ", which counts");
        }
        settings.put(name.text(), new Collecting(name.place(), value, adds));
    }

    private XlValue value(int depth) throws SyntaxError {
        XlToken start = now;
        if (start.is(Kind.STRING) || start.is(Kind.NUMBER)) {
            advance();
            return new XlValue.Text(start.text(), start.place(), start.inset());
        }
        if (!start.is(Kind.OPEN)) {
            throw unexpected("a value (text in quotes, a number or a list)");
        }
        if (depth >= DEEPEST) {
            throw new SyntaxError(start.place(), "lists are nested more than " + DEEPEST + " deep");
        }
        advance();
        return new XlValue.Items(items(start, depth + 1), start.place());
    }

    private List<XlValue> items(XlToken open, int depth) throws SyntaxError {
        List<XlValue> items = new ArrayList<>();
        skipNewlines();
        while (!now.is(Kind.CLOSE)) {
            if (now.is(Kind.END)) {
                throw new SyntaxError(open.place(), "the list that starts here is not closed with ']'");
            }
            items.add(value(depth));
            skipNewlines();
            if (now.is(Kind.COMMA)) {
                advance();
                skipNewlines();
            } else if (!now.is(Kind.CLOSE) && !now.is(Kind.END)) {
                throw unexpected("',' or ']' in the list");
            }
        }
        advance();
        return items;
    }

    private void skipNewlines() {
        while (now.is(Kind.NEWLINE)) {
            advance();
        }
    }

    private void advance() {
        now = ahead != null ? ahead : lexer.next();
        ahead = null;
    }

    /** To the next line that looks like a statement: the rest of a broken list says nothing new. */
    private void recover() {
        do {
            while (!now.is(Kind.NEWLINE) && !now.is(Kind.END)) {
                advance();
            }
            skipNewlines();
        } while (!now.is(Kind.END) && !startsStatement());
    }

    private boolean startsStatement() {
        if (!now.is(Kind.IDENTIFIER)) {
            return false;
        }
        ahead = lexer.next();
        return ahead.is(Kind.ASSIGN) || ahead.is(Kind.ADD);
    }

    private SyntaxError unexpected(String wanted) {
        if (now.is(Kind.BAD)) {
            return new SyntaxError(now.place(), now.text());
        }
        String found = now.is(Kind.IDENTIFIER) || now.is(Kind.NUMBER)
                ? "'" + shorten(now.text()) + "'"
                : now.kind().words();
        String hint = now.is(Kind.IDENTIFIER) && wanted.startsWith("a value") ? "; text needs quotes" : "";
        return new SyntaxError(now.place(), "expected " + wanted + ", found " + found + hint);
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /** Leads out of a broken statement; never leaves this class. */
    private static final class SyntaxError extends Exception {
        private static final long serialVersionUID = 1;
        private final transient XlPlace place;
        private final String sentence;

        SyntaxError(XlPlace place, String sentence) {
            super(sentence, null, false, false);
            this.place = place;
            this.sentence = sentence;
        }
    }

    /** A key's value while {@code +=} may still add to it: many small additions must not cost their square. */
    private static final class Collecting {
        private final XlPlace place;
        private final XlValue first;
        private final StringBuilder text = new StringBuilder();
        private final List<XlValue> items = new ArrayList<>();
        private boolean added;
        private boolean joined;

        Collecting(XlPlace place, XlValue value, boolean added) {
            this.place = place;
            this.first = value;
            this.added = added;
            append(value);
        }

        boolean add(XlValue value) {
            if (value instanceof XlValue.Text != first instanceof XlValue.Text) {
                return false;
            }
            added = true;
            joined = true;
            append(value);
            return true;
        }

        private void append(XlValue value) {
            switch (value) {
                case XlValue.Text(String more, XlPlace ignored, int inset) -> text.append(more);
                case XlValue.Items(List<XlValue> more, XlPlace ignored) -> items.addAll(more);
            }
        }

        XlSetting setting(String key) {
            XlValue value = switch (first) {
                case XlValue.Text t -> new XlValue.Text(text.toString(), t.place(), joined ? -1 : t.inset());
                case XlValue.Items i -> new XlValue.Items(items, i.place());
            };
            return new XlSetting(key, place, value, added);
        }
    }
}
