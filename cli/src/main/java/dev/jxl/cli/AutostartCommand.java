package dev.jxl.cli;

import java.util.List;

/** {@code jxl autostart [DOMAIN [OPTIONS]]}. */
final class AutostartCommand implements Command {
    private static final String HEAD =
            "Name                                     Order Autostart Ready     Timeout  Delay";

    @Override
    public String operands() {
        return "[DOMAIN]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option(' ', "disable", "", "do not start it with the host"),
                new Options.Option(' ', "order", "N", "0 to 9999, lower ones first, stopped the other way round (100)"),
                new Options.Option(' ', "ready", "WHEN", "it is ready when: started, drivers or guest (started)"),
                new Options.Option(' ', "timeout", "SECONDS", "how long to wait for that (60)"),
                new Options.Option(' ', "delay", "SECONDS", "after that, before the next order (0)"),
                OUTPUT);
    }

    @Override
    public String description() {
        return """
                Has a defined domain started with the host, or tells of all that are defined. Those of one order are started side by
                side; the next order begins when all of them are ready. 'drivers': its kernel listens to requests; 'guest': it says so
                itself, with 'xenstore-write data/ready 1'.
                """;
    }

    @Override
    public int run(Call call) {
        boolean json = call.json();
        List<String> given = call.operands(0, 1);
        if (given.isEmpty()) {
            String all = call.daemon().text("GET", "/v1/definitions");
            call.terminal().line(json ? all : table(JsonReader.objects(all)));
            return ExitCodes.OK;
        }
        StringBuilder query =
                new StringBuilder("?autostart=").append(!call.options().has("disable"));
        for (String option : List.of("order", "ready", "timeout", "delay")) {
            call.options()
                    .value(option)
                    .ifPresent(value ->
                            query.append('&').append(option).append('=').append(Daemon.encoded(value)));
        }
        String changed =
                call.daemon().text("PUT", "/v1/definitions/" + Daemon.encoded(given.getFirst()) + "/start" + query);
        if (json) {
            call.terminal().line(changed);
        }
        return ExitCodes.OK;
    }

    private static String table(List<JsonObject> definitions) {
        StringBuilder out = new StringBuilder(HEAD);
        for (JsonObject d : definitions) {
            out.append('\n');
            left(out, d.text("name"), 40);
            right(out.append(' '), d.text("order"), 5);
            left(out.append(' '), d.flag("autostart") ? "yes" : "no", 9);
            left(out.append(' '), d.text("ready"), 9);
            right(out.append(' '), d.text("readyTimeoutSeconds"), 7);
            right(out.append(' '), d.text("delaySeconds"), 6);
        }
        return out.toString();
    }

    private static void left(StringBuilder out, String text, int width) {
        out.append(text).repeat(' ', Math.max(0, width - text.length()));
    }

    private static void right(StringBuilder out, String text, int width) {
        out.repeat(' ', Math.max(0, width - text.length())).append(text);
    }
}
