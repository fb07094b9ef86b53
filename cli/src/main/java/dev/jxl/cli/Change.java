package dev.jxl.cli;

import java.util.Optional;

/** Asks jxld to change something, and waits until it is done. */
final class Change {
    private static final int PATIENCE_SECONDS = 300;
    private static final String JSON = "Content-Type: application/json\r\n";

    private Change() {}

    /** Changes a part of a domain. */
    static int ofDomain(Command.Call call, String domain, String part, JsonBody body) {
        return perform(call, "PUT", "/v1/domains/" + Daemon.encoded(domain) + "/" + part, body);
    }

    /** Asks with a body. */
    static int perform(Command.Call call, String method, String path, JsonBody body) {
        return end(call, call.daemon().reply(method, waiting(path), JSON, body.toString()));
    }

    /** Asks without one. */
    static int perform(Command.Call call, String method, String path) {
        return end(call, call.daemon().reply(method, waiting(path), "", ""));
    }

    private static String waiting(String path) {
        return path + (path.contains("?") ? "&" : "?") + "wait=" + PATIENCE_SECONDS;
    }

    private static int end(Command.Call call, Daemon.Reply reply) {
        JsonObject operation = JsonReader.object(reply.requireOk().body());
        if (operation.text("status").equals("running")) {
            throw new CliException(
                    ExitCodes.of("operation-timed-out"),
                    call.name() + " still goes on (" + operation.text("step") + "): 'jxl operations' shows it");
        }
        return ExitCodes.OK;
    }

    /**
     * A number that an option gives.
     *
     * @throws CliException when it is none
     */
    static Optional<Long> number(Command.Call call, String option) {
        return call.options().value(option).map(text -> number(option, text));
    }

    /** A number of at most 12 digits. */
    static long number(String what, String text) {
        boolean digits = !text.isEmpty() && text.length() <= 12;
        for (int i = 0; i < text.length(); i++) {
            digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (!digits) {
            throw CliException.usage(what + " is a number, not '" + text + "'");
        }
        return Long.parseLong(text);
    }
}
