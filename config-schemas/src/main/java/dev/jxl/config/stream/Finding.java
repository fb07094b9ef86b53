package dev.jxl.config.stream;

import java.util.Optional;

/**
 * Something that an image should not have, or lacks.
 *
 * @param offset where, in bytes from the image's start
 * @param part which header, or whose record: {@code xl header}, {@code libxc record}, …
 * @param number the record's, from 1 in each of the two streams; empty in a header
 * @param type the record's type; empty in a header
 * @param begin where that header or record begins
 * @param message what is wrong, in half a sentence
 */
public record Finding(
        long offset, String part, Optional<Long> number, Optional<String> type, long begin, String message) {
    /** {@code offset 4112, libxc record 5 (PAGE_DATA, from 4096): …}. */
    @Override
    public String toString() {
        StringBuilder out =
                new StringBuilder("offset ").append(offset).append(", ").append(part);
        number.ifPresent(n -> out.append(' ').append(n));
        type.ifPresent(
                t -> out.append(" (").append(t).append(", from ").append(begin).append(')'));
        return out.append(": ").append(message).toString();
    }
}
