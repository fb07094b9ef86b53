package dev.jxl.config.stream;

import dev.jxl.config.stream.ImageReport.RecordRow;
import java.util.ArrayList;
import java.util.List;

/** The records that were read, those of one type that follow each other in one row; bounded. */
final class RecordLog {
    private static final int MOST = 1000;

    private final List<RecordRow> rows = new ArrayList<>();
    private long untold;

    /**
     * One more record.
     *
     * @param bytes with its header and padding
     */
    void add(String stream, long number, String type, long offset, long bytes) {
        RecordRow last = rows.isEmpty() ? null : rows.getLast();
        if (untold == 0
                && last != null
                && last.stream().equals(stream)
                && last.type().equals(type)) {
            rows.set(
                    rows.size() - 1,
                    new RecordRow(stream, type, last.number(), last.count() + 1, last.offset(), last.bytes() + bytes));
        } else if (rows.size() < MOST) {
            rows.add(new RecordRow(stream, type, number, 1, offset, bytes));
        } else {
            untold++;
        }
    }

    List<RecordRow> rows() {
        return List.copyOf(rows);
    }

    long untold() {
        return untold;
    }
}
