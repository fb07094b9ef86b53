package dev.jxl.config.xl;

/**
 * Where something stands.
 *
 * @param line from 1; 0: on the command line
 * @param column from 1; 0: unknown
 */
record XlPlace(int line, int column) {
    /** For what is missing and therefore stands nowhere. */
    static final XlPlace NOWHERE = new XlPlace(0, 0);

    XlPlace plusColumns(int columns) {
        return new XlPlace(line, column + columns);
    }
}
