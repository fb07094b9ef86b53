package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code jxl list}: xl's columns to the character.
 *
 * @source tools/xl/xl_info.c: list_domains, list_domains_details
 */
final class ListCommand implements Command {
    static final String HEAD = "Name                                        ID   Mem VCPUs\tState\tTime(s)";
    private static final String REASONS = "poweroff reboot suspend crash watchdog soft-reset";

    @Override
    public String operands() {
        return "[DOMAIN…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('l', "long", "", "whole configurations, as xl's JSON"),
                new Options.Option(
                        ' ', "all", "", "those too that are defined and do not run, or wait to be made again"),
                new Options.Option('v', "verbose", "", "with UUID and shutdown reason"),
                OUTPUT);
    }

    @Override
    public String description() {
        return "State: r running, b blocked, p paused, s shut down, c crashed, d dying.\n";
    }

    @Override
    public int run(Call call) {
        List<String> references = call.options().operands();
        if (call.options().has("long")) {
            call.terminal().line(JsonLayout.lines(configurations(call, references)));
            return ExitCodes.OK;
        }
        boolean json = call.json();
        String body = references.isEmpty()
                ? call.daemon().text("GET", call.options().has("all") ? "/v1/domains?all" : "/v1/domains")
                : each(call, references, "");
        if (json) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        boolean verbose = call.options().has("verbose");
        StringBuilder out = new StringBuilder(HEAD);
        if (verbose) {
            out.append("   UUID                            Reason-Code\tSecurity Label");
        }
        for (JsonObject domain : JsonReader.objects(body)) {
            row(out.append('\n'), domain, verbose);
        }
        call.terminal().line(out.toString());
        call.terminal().flush();
        JsonReader.objects(body).forEach(domain -> note(call.terminal(), domain));
        return ExitCodes.OK;
    }

    /** What the columns have no room for: on standard error, so that whoever reads the columns is not surprised. */
    private static void note(Terminal terminal, JsonObject domain) {
        JsonObject restarts = domain.object("restarts");
        if (restarts.has("givenUp")) {
            terminal.note("jxl: '" + domain.text("name") + "' is not started again: " + restarts.text("givenUp"));
        } else if (restarts.number("failedStarts") > 0) {
            terminal.note("jxl: '" + domain.text("name") + "' could not be made again, " + restarts.text("failedStarts")
                    + " times in a row (" + restarts.text("failure") + "): it is tried again"
                    + (restarts.has("notBefore") ? " at " + restarts.text("notBefore") : " now"));
        } else if (restarts.has("notBefore")) {
            terminal.note("jxl: '" + domain.text("name") + "' has stopped " + restarts.text("quickStops")
                    + " times in a row right after its start: it is started again at " + restarts.text("notBefore"));
        }
    }

    private static String each(Call call, List<String> references, String part) {
        List<String> bodies = new ArrayList<>();
        for (String reference : references) {
            bodies.add(call.daemon().text("GET", "/v1/domains/" + Daemon.encoded(reference) + part));
        }
        return "[" + String.join(",", bodies) + "]";
    }

    private static String configurations(Call call, List<String> asked) {
        List<String> references = asked;
        if (asked.isEmpty()) {
            references = new ArrayList<>();
            for (JsonObject domain : JsonReader.objects(call.daemon().text("GET", "/v1/domains"))) {
                references.add(domain.text("domid"));
            }
        }
        List<String> all = new ArrayList<>();
        for (JsonObject config : JsonReader.objects(each(call, references, "/config"))) {
            all.add("{\"domid\":" + config.text("domid") + ",\"config\":" + config.text("libxlJson") + "}");
        }
        return "[" + String.join(",", all) + "]";
    }

    /** One domain's line. */
    static String row(JsonObject domain) {
        StringBuilder out = new StringBuilder();
        row(out, domain, false);
        return out.toString();
    }

    private static void row(StringBuilder out, JsonObject domain, boolean verbose) {
        String name = domain.text("name");
        out.append(name).repeat(' ', Math.max(0, 40 - name.length()));
        right(out.append(' '), domain.number("domid") < 0 ? "-" : domain.text("domid"), 5);
        right(out.append(' '), Long.toString(domain.number("memoryKib") / 1024), 5);
        right(out.append(' '), domain.text("vcpus"), 5);
        out.append("     ").append(domain.text("flags")).append("  ");
        right(out, seconds(domain.number("cpuTimeNanos")), 8);
        if (verbose) {
            String reason = domain.text("shutdownReason");
            right(out.append(' ').append(domain.text("uuid")).append(' '), reasonCode(reason), 8);
            right(out.append(' '), "-", 16);
        }
    }

    private static String reasonCode(String reason) {
        if (reason.isEmpty()) {
            return "-";
        }
        int code = 0;
        for (String known : REASONS.split(" ", -1)) {
            if (known.equals(reason)) {
                return Integer.toHexString(code);
            }
            code++;
        }
        return reason;
    }

    /** Seconds with one decimal, rounded: without the class that formats, because it takes longer than the rest. */
    static String seconds(long nanos) {
        long tenths = (nanos + 50_000_000L) / 100_000_000L;
        return tenths / 10 + "." + tenths % 10;
    }

    private static void right(StringBuilder out, String text, int width) {
        out.repeat(' ', Math.max(0, width - text.length())).append(text);
    }
}
