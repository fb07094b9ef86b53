package dev.jxl.cli;

/**
 * Something on the host that is not as it should be, as jxld tells it or as jxl has seen it itself.
 *
 * @param code as in docs/doctor.md
 * @param severity error, warning or note
 * @param object what it is about
 * @param meaning what it means
 * @param advice what to do about it
 * @param fixable whether {@code --fix} mends it
 * @param done what a fix did; empty before
 * @param failure why a fix could not; empty before
 */
record HostFinding(
        String code,
        String severity,
        String object,
        String meaning,
        String advice,
        boolean fixable,
        String done,
        String failure) {
    static HostFinding of(String code, String severity, String object, String meaning, String advice) {
        return new HostFinding(code, severity, object, meaning, advice, false, "", "");
    }

    static HostFinding of(JsonObject finding) {
        return new HostFinding(
                finding.text("code"),
                finding.text("severity"),
                finding.text("object"),
                finding.text("meaning"),
                finding.text("advice"),
                finding.flag("fixable"),
                finding.text("done"),
                finding.text("failure"));
    }

    /** Whether the host is healthy with it. */
    boolean harmless() {
        return severity.equals("note");
    }

    JsonBody json() {
        JsonBody body = new JsonBody()
                .text("code", code)
                .text("severity", severity)
                .text("object", object)
                .text("meaning", meaning)
                .text("advice", advice)
                .bool("fixable", fixable);
        if (!done.isEmpty()) {
            body.text("done", done);
        }
        return failure.isEmpty() ? body : body.text("failure", failure);
    }
}
