package dev.jxl.config;

/**
 * One thing wrong with what a user gave.
 *
 * @param severity whether it stops the operation
 * @param line from 1; 0 when the input has no lines (JSON, command line)
 * @param column from 1; 0 when unknown
 * @param field the key (xl.cfg) or the JSON pointer
 * @param message one sentence, without the place: what is wrong and what would be right
 */
public record SpecProblem(Severity severity, int line, int column, String field, String message) {
    /** Whether a problem stops the operation. */
    public enum Severity {
        /** Said, and gone on. */
        WARNING,
        /** The operation is refused. */
        ERROR
    }

    /** {@code line 3, column 7: memory: …}. */
    @Override
    public String toString() {
        String place =
                line == 0 ? "" : column == 0 ? "line " + line + ": " : "line " + line + ", column " + column + ": ";
        return place + (field.isEmpty() ? "" : field + ": ") + message;
    }
}
