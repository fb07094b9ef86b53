package dev.jxl.config.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects findings, each with the header or record that is being read; after too many errors reading ends. */
final class Findings {
    static final int MOST = 20;

    private final StreamInput in;
    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private String part = "image";
    private Optional<Long> number = Optional.empty();
    private Optional<String> type = Optional.empty();
    private long begin;

    Findings(StreamInput in) {
        this.in = in;
    }

    /** From here a header is read. */
    void enterHeader(String header) {
        enter(header, Optional.empty());
    }

    /** That header is looked at again. */
    void returnTo(String header, long beginning) {
        enterHeader(header);
        begin = beginning;
    }

    /** From here a record is read, whose type is not known yet. */
    void enterRecord(String stream, long count) {
        enter(stream + " record", Optional.of(count));
    }

    private void enter(String what, Optional<Long> count) {
        part = what;
        number = count;
        type = Optional.empty();
        begin = in.offset();
    }

    void recordIs(String name) {
        type = Optional.of(name);
    }

    /** Something that stops a restore; reading goes on. */
    void error(long offset, String message) {
        errors.add(finding(offset, message));
        if (errors.size() == MOST) {
            warnings.add(finding(offset, "reading ended after " + MOST + " errors: there may be more"));
            throw Unreadable.told();
        }
    }

    /** Something that stops a restore, and leaves no way to know what follows. */
    Unreadable fatal(long offset, String message) {
        errors.add(finding(offset, message));
        return Unreadable.told();
    }

    /** Something to know. */
    void warning(long offset, String message) {
        if (warnings.size() < MOST) {
            warnings.add(finding(offset, message));
        } else if (warnings.size() == MOST) {
            warnings.add(finding(offset, "there are more warnings: only the first " + MOST + " are listed"));
        }
    }

    /** The input ended while something was being read. */
    void ended() {
        long at = in.offset();
        String what = number.isPresent() ? "this record" : "it";
        String message = at == begin && number.isPresent()
                ? "the image ends here, where a record should begin: its END record is missing"
                : at == begin ? "the image ends here, before it" : "the image ends here, in the middle of " + what;
        errors.add(finding(at, message));
    }

    private Finding finding(long offset, String message) {
        return new Finding(offset, part, number, type, begin, message);
    }

    List<Finding> errors() {
        return List.copyOf(errors);
    }

    List<Finding> warnings() {
        return List.copyOf(warnings);
    }
}
