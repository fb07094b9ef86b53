package dev.jxl.cli;

import java.util.List;

/**
 * What was found on the host, for people and for programs.
 *
 * @param findings what is there now
 * @param tried what a fix has tried to mend; empty without one
 * @param complete whether jxld was asked
 */
record DoctorReport(List<HostFinding> findings, List<HostFinding> tried, boolean complete) {
    private static final String[][] GROUPS = {{"error", "Errors"}, {"warning", "Warnings"}, {"note", "Notes"}};

    boolean healthy() {
        return findings.stream().allMatch(HostFinding::harmless);
    }

    String json() {
        return new JsonBody()
                .bool("healthy", healthy())
                .bool("complete", complete)
                .list("findings", findings.stream().map(HostFinding::json).toList())
                .list("mended", tried.stream().map(HostFinding::json).toList())
                .toString();
    }

    void print(Terminal terminal) {
        if (!tried.isEmpty()) {
            terminal.line("Mended:");
            for (HostFinding one : tried) {
                String end = one.failure().isEmpty() ? one.done() : "could not be mended: " + one.failure();
                terminal.line(safe("  " + one.code() + "  " + one.object() + ": " + end));
            }
            terminal.line("");
        }
        print(terminal, findings);
        if (!complete) {
            terminal.line("The rest can be seen only when jxld answers.");
        }
        terminal.line(sum());
    }

    /** Findings alone, in groups by how bad they are. */
    static void print(Terminal terminal, List<HostFinding> findings) {
        for (String[] group : GROUPS) {
            print(
                    terminal,
                    group[1],
                    findings.stream()
                            .filter(one -> one.severity().equals(group[0]))
                            .toList());
        }
    }

    private static void print(Terminal terminal, String title, List<HostFinding> some) {
        if (some.isEmpty()) {
            return;
        }
        terminal.line(title + ":");
        for (HostFinding one : some) {
            terminal.line(safe("  " + one.code() + "  " + one.object()));
            terminal.line(safe("    " + one.meaning() + "."));
            terminal.line(safe("    To do: " + one.advice() + "."));
        }
        terminal.line("");
    }

    private String sum() {
        if (findings.isEmpty()) {
            return "Nothing is wrong with the host.";
        }
        long bad = findings.stream().filter(one -> !one.harmless()).count();
        if (bad == 0) {
            return "Nothing is wrong with the host, beside what is noted above.";
        }
        long fixable = findings.stream().filter(HostFinding::fixable).count();
        return (bad == 1 ? "One thing is" : bad + " things are") + " wrong"
                + (fixable == 0 ? "." : "; 'jxl doctor --fix' mends " + fixable + ".");
    }

    /** What guests and others wrote must not steer the terminal. */
    private static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int type = Character.getType(c);
            boolean steers = Character.isISOControl(c)
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            safe.append(steers ? '?' : c);
        }
        return safe.toString();
    }
}
