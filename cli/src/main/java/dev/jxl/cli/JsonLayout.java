package dev.jxl.cli;

/** Sets JSON out over lines, four spaces a level, as xl prints it. */
final class JsonLayout {
    private JsonLayout() {}

    /** The same JSON, laid out. */
    static String lines(String json) {
        StringBuilder out = new StringBuilder(json.length() * 2);
        int level = 0;
        boolean inString = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (inString) {
                out.append(c);
                if (c == '\\' && i + 1 < json.length()) {
                    out.append(json.charAt(++i));
                } else if (c == '"') {
                    inString = false;
                }
                continue;
            }
            switch (c) {
                case '"' -> {
                    inString = true;
                    out.append(c);
                }
                case '{', '[' -> {
                    out.append(c);
                    if (i + 1 < json.length() && "]}".indexOf(json.charAt(i + 1)) >= 0) {
                        out.append(json.charAt(++i));
                    } else {
                        newLine(out, ++level);
                    }
                }
                case '}', ']' -> {
                    newLine(out, --level);
                    out.append(c);
                }
                case ',' -> {
                    out.append(c);
                    newLine(out, level);
                }
                case ':' -> out.append(": ");
                case ' ', '\t', '\r', '\n' -> {}
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    private static void newLine(StringBuilder out, int level) {
        out.append('\n').append("    ".repeat(Math.max(level, 0)));
    }
}
