package dev.jxl.cli;

import java.util.List;

/** Has jxld make another form of a configuration; warnings go to standard error, as xl's do. */
final class Conversion {
    private Conversion() {}

    /**
     * Converts.
     *
     * @param more query parameters beside those of the configuration: from, to, xen
     * @throws CliException with the places of what is wrong
     */
    static String convert(Command.Call call, Configuration from, String more) {
        Daemon.Reply reply = call.daemon()
                .reply("POST", "/v1/config/convert" + from.query() + "&report&" + more, from.headers(), from.body());
        if (reply.status() >= 300) {
            tell(call, from.file(), problems(reply));
        }
        JsonObject converted = JsonReader.object(reply.requireOk().body());
        if (!call.options().has("quiet")) {
            tell(call, from.file(), converted.objects("problems"));
        }
        return converted.text("text");
    }

    private static List<JsonObject> problems(Daemon.Reply reply) {
        try {
            return JsonReader.object(reply.body()).objects("problems");
        } catch (IllegalArgumentException notAProblem) {
            throw reply.failure();
        }
    }

    private static void tell(Command.Call call, String source, List<JsonObject> problems) {
        for (JsonObject problem : problems) {
            StringBuilder place = new StringBuilder(source);
            if (problem.number("line") > 0) {
                place.append(':').append(problem.text("line")).append(':').append(problem.text("column"));
            }
            String field = problem.text("field");
            call.terminal()
                    .note(place + ": " + problem.text("severity") + ": " + (field.isEmpty() ? "" : field + ": ")
                            + problem.text("message"));
        }
    }
}
