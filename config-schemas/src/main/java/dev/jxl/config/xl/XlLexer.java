package dev.jxl.config.xl;

import dev.jxl.config.xl.XlToken.Kind;
import java.util.function.Consumer;

/**
 * Cuts the text into words, with xl's rules: identifiers in lower case only, numbers of {@code [0-9a-fx]}, strings in
 * single or double quotes on one line.
 *
 * @source tools/libs/util/libxlu_cfg_l.l; escapes: libxlu_cfg.c: xlu__cfgl_dequote
 */
final class XlLexer {
    private final String text;
    private final boolean asXl;
    private final Consumer<XlPlace> lost;
    private int at;
    private int line;
    private int lineStart;

    /**
     * Starts at a text's beginning.
     *
     * @param firstLine 1 for a file, 0 for the command line (where line ends do not count)
     * @param asXl whether the end of the text is read as xl's lexer reads it: a single character that cannot stand there
     *     is not seen, a comment must have a line end
     * @param lost takes the places of escapes that xl reads as nothing
     */
    XlLexer(String text, int firstLine, boolean asXl, Consumer<XlPlace> lost) {
        this.text = text;
        this.line = firstLine;
        this.asXl = asXl;
        this.lost = lost;
    }

    /** The next word; END again and again at the end. */
    XlToken next() {
        boolean comment = skipBlanksAndComment();
        XlPlace place = here();
        if (at >= text.length()) {
            return comment && asXl
                    ? bad("a comment at the end of the file needs a line end: xl does not read it otherwise", place)
                    : token(Kind.END, "", place);
        }
        char c = text.charAt(at);
        if (c >= 'a' && c <= 'z') {
            return token(Kind.IDENTIFIER, takeWhileIdentifier(), place);
        }
        if (c >= '0' && c <= '9') {
            return token(Kind.NUMBER, takeWhileNumber(), place);
        }
        if (c == '\'' || c == '"') {
            return string(c, place);
        }
        return sign(c, place);
    }

    private XlToken sign(char c, XlPlace place) {
        at++;
        return switch (c) {
            case '\n' -> {
                if (line > 0) {
                    line++;
                    lineStart = at;
                }
                yield token(Kind.NEWLINE, "", place);
            }
            case ',' -> token(Kind.COMMA, "", place);
            case '[' -> token(Kind.OPEN, "", place);
            case ']' -> token(Kind.CLOSE, "", place);
            case '=' -> token(Kind.ASSIGN, "", place);
            case ';' -> token(Kind.SEMICOLON, "", place);
            case '+' -> {
                if (at < text.length() && text.charAt(at) == '=') {
                    at++;
                    yield token(Kind.ADD, "", place);
                }
                yield asXl && at == text.length()
                        ? token(Kind.END, "", place)
                        : bad("'+' is possible only in '+='", place);
            }
            default -> asXl && at == text.length() ? token(Kind.END, "", place) : bad(unreadable(c), place);
        };
    }

    private static String unreadable(char c) {
        if (c == '\r') {
            return "a carriage return: the file has the line ends of Windows; convert it (e.g. with dos2unix)";
        }
        if (c >= 'A' && c <= 'Z') {
            return "'" + c + "' cannot stand here: keys and numbers are in lower case, text is in quotes";
        }
        if ("-+.():".indexOf(c) >= 0) {
            return "'" + c + "' cannot stand here: text is in quotes, and Python is not understood";
        }
        if (c < ' ' || c > '~') {
            return String.format("the character U+%04X cannot stand outside of quotes", (int) c);
        }
        return "'" + c + "' cannot stand outside of quotes";
    }

    private XlToken string(char quote, XlPlace place) {
        StringBuilder out = new StringBuilder();
        int inset = 1;
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                break;
            }
            if (c == 0) {
                return bad("a NUL character cannot stand in a string", here());
            }
            at++;
            if (c == quote) {
                return new XlToken(Kind.STRING, out.toString(), place, inset);
            }
            if (c != '\\') {
                out.append(c);
                continue;
            }
            inset = -1;
            if (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '7') {
                if (!skipNumber()) {
                    return bad("after a backslash and a digit there must be more digits", here());
                }
                continue;
            }
            int unescaped = at < text.length() ? unescape(text.charAt(at)) : -1;
            if (unescaped < 0) {
                XlPlace escape = new XlPlace(line, at - lineStart);
                return bad("the only escapes in a string are \\\\ \\' \\\" \\a \\b \\f \\n \\r \\t \\v", escape);
            }
            out.append((char) unescaped);
            at++;
        }
        return asXl && place.equals(new XlPlace(line, text.length() - lineStart)) && at == text.length()
                ? token(Kind.END, "", place)
                : bad("the string that starts here is not closed on its line", place);
    }

    /** xl reads a backslash, a digit and up to three more as a number, and forgets it. */
    private boolean skipNumber() {
        lost.accept(new XlPlace(line, at - lineStart));
        at++;
        String digits = text.substring(at, Math.min(text.length(), at + 3));
        CNumber number = CNumber.unsigned(digits, 0, 10);
        at += number.end();
        return number.end() > 1;
    }

    /**
     * What a backslash and this character stand for; -1: nothing. xl's own grammar has numeric escapes too, but they
     * never yield a character: {@code \x} always fails, other digits vanish.
     */
    private static int unescape(char c) {
        return switch (c) {
            case '"', '\'', '\\' -> c;
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            default -> -1;
        };
    }

    /** Whether there was a comment. */
    private boolean skipBlanksAndComment() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '#') {
            while (at < text.length() && text.charAt(at) != '\n') {
                at++;
            }
            return true;
        }
        return false;
    }

    private String takeWhileIdentifier() {
        int from = at;
        while (at < text.length() && isIdentifierPart(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private static boolean isIdentifierPart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    }

    private String takeWhileNumber() {
        int from = at;
        while (at < text.length() && isNumberPart(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private static boolean isNumberPart(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == 'x';
    }

    private XlPlace here() {
        return new XlPlace(line, at - lineStart + 1);
    }

    private static XlToken token(Kind kind, String text, XlPlace place) {
        return new XlToken(kind, text, place, 0);
    }

    private static XlToken bad(String why, XlPlace place) {
        return new XlToken(Kind.BAD, why, place, 0);
    }
}
