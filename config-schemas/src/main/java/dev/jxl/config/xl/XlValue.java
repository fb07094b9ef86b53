package dev.jxl.config.xl;

import java.util.List;

/** The right side of an assignment. */
sealed interface XlValue {
    /** Where it starts. */
    XlPlace place();

    /**
     * A string or number: xl keeps both as text.
     *
     * @param inset from {@code place} to the first character; -1: no place inside can be told
     */
    record Text(String text, XlPlace place, int inset) implements XlValue {
        /** The place of a character of the text; the start when that cannot be told. */
        XlPlace placeOf(int offset) {
            return inset < 0 ? place : place.plusColumns(inset + offset);
        }
    }

    /** A list. */
    record Items(List<XlValue> items, XlPlace place) implements XlValue {
        public Items {
            items = List.copyOf(items);
        }
    }
}
