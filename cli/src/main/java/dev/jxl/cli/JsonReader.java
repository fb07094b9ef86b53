package dev.jxl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON into objects, lists, texts, numbers and booleans. Written here because loading a library costs a third of
 * {@code jxl list} (docs/adr/0004). Strict; a null member is left out.
 */
final class JsonReader {
    private static final int MAX_DEPTH = 64;
    private static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };
    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * Reads one object.
     *
     * @throws IllegalArgumentException for anything else; the message says where
     */
    static JsonObject object(String text) {
        if (new JsonReader(text).whole() instanceof JsonObject object) {
            return object;
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /**
     * Reads an array of objects.
     *
     * @throws IllegalArgumentException for anything else; the message says where
     */
    static List<JsonObject> objects(String text) {
        if (new JsonReader(text).whole() instanceof List<?> list) {
            return objectsOf(list);
        }
        throw new IllegalArgumentException("not a JSON array");
    }

    static List<JsonObject> objectsOf(List<?> list) {
        List<JsonObject> all = new ArrayList<>(list.size());
        for (Object element : list) {
            if (element instanceof JsonObject object) {
                all.add(object);
            }
        }
        return all;
    }

    private Object whole() {
        Object value = value();
        skipSpace();
        if (at != text.length()) {
            throw wrong("something follows");
        }
        return value;
    }

    private Object value() {
        skipSpace();
        char c = peek();
        return switch (c) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Object members() {
        descend();
        Map<String, Object> members = new LinkedHashMap<>();
        if (!closes('}')) {
            do {
                skipSpace();
                String name = string();
                skipSpace();
                expect(':');
                Object value = value();
                if (value != NULL) {
                    members.put(name, value);
                }
            } while (another('}'));
        }
        depth--;
        return new JsonObject(members);
    }

    private Object elements() {
        descend();
        List<Object> elements = new ArrayList<>();
        if (!closes(']')) {
            do {
                elements.add(value());
            } while (another(']'));
        }
        depth--;
        return elements;
    }

    private void descend() {
        at++;
        if (++depth > MAX_DEPTH) {
            throw wrong("nested too deeply");
        }
    }

    private boolean closes(char end) {
        skipSpace();
        if (peek() == end) {
            at++;
            return true;
        }
        return false;
    }

    private boolean another(char end) {
        if (closes(end)) {
            return false;
        }
        expect(',');
        return true;
    }

    private String string() {
        expect('"');
        int start = at;
        while (peek() != '"' && peek() != '\\') {
            at++;
        }
        if (peek() == '"') {
            return text.substring(start, at++);
        }
        StringBuilder out = new StringBuilder().append(text, start, at);
        while (peek() != '"') {
            char c = peek();
            at++;
            out.append(c == '\\' ? escaped() : c);
        }
        at++;
        return out.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> c;
            case 'u' -> unicode();
            default -> throw wrong("unknown escape");
        };
    }

    private char unicode() {
        if (at + 4 > text.length()) {
            throw wrong("the text ends too early");
        }
        char c = (char) Integer.parseInt(text, at, at + 4, 16);
        at += 4;
        return c;
    }

    private Object number() {
        int start = at;
        boolean whole = true;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            whole &= ".eE".indexOf(text.charAt(at)) < 0;
            at++;
        }
        try {
            if (whole) {
                return Long.valueOf(Long.parseLong(text, start, at, 10));
            }
            return Double.valueOf(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw wrong("not a value");
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("not a value");
        }
        at += word.length();
        return value;
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("the text ends too early");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw wrong("'" + c + "' is missing");
        }
        at++;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("character " + at + ": " + what);
    }
}
