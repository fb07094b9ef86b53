package dev.jxl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One operation, from the request to its end. Where somebody looks on, its steps are shown; otherwise it is one request. On
 * an interrupt it is cancelled: the request's key finds the operation, even when the answer has not come yet.
 */
final class OperationSession {
    private static final int CLEAN_UP_SECONDS = 60;
    private static final String SHORTLY = "?wait=1";
    /** Two commands of one process may begin in the same nanosecond, and must not get each other's operation. */
    private static final AtomicLong COUNT = new AtomicLong();

    private final Command.Call call;
    private final String path;
    private final String headers;
    private String key;
    private final String query;
    private final String body;
    private final String source;
    private String lastBody = "";
    /** The operation's id, as soon as it is told; read by the interrupt. */
    private volatile String known = "";

    OperationSession(Command.Call call, String path, String headers, String query, String body, String source) {
        this.call = call;
        this.path = path;
        this.headers = headers;
        this.key = "Idempotency-Key: jxl-" + pid() + "-" + System.currentTimeMillis() + "-" + System.nanoTime() + "-"
                + COUNT.incrementAndGet() + "\r\n";
        this.query = query;
        this.body = body;
        this.source = source;
    }

    /** This process's number, asked of the kernel: ProcessHandle makes a pool of threads first. */
    private static String pid() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self")).toString();
        } catch (IOException e) {
            return Long.toString(ProcessHandle.current().pid());
        }
    }

    /** The body of the answer that was last. */
    String lastBody() {
        return lastBody;
    }

    /** Shows what would be done. */
    void plan(boolean json) {
        Daemon.Reply reply = post(call.daemon(), "&plan").requireOk();
        JsonObject plan = JsonReader.object(reply.body());
        warn(plan.objects("warnings"));
        if (json) {
            call.terminal().line(reply.body());
            return;
        }
        int number = 1;
        for (String step : plan.texts("steps")) {
            call.terminal().line(number++ + ". " + step);
        }
    }

    /** Starts it and waits; gives it at its end. */
    JsonObject perform(String wait) {
        return perform(this::cancel, () -> shown() ? followed(SHORTLY) : read(post(call.daemon(), "&" + wait)));
    }

    /**
     * The same for an operation whose request is answered only when somebody else has spoken: it is never asked for again, so that
     * it needs no key, which others would wait for, and an interrupt before that does not wait either.
     *
     * @param atInterrupt is done first then
     */
    JsonObject performOnce(Runnable atInterrupt) {
        key = "";
        Runnable cancel = () -> {
            atInterrupt.run();
            cancelKnown();
        };
        return perform(cancel, () -> followed(shown() ? SHORTLY : "?wait=86400"));
    }

    private boolean shown() {
        return call.terminal().interactive().getAsBoolean() && !call.options().has("quiet");
    }

    private JsonObject perform(Runnable atInterrupt, Supplier<JsonObject> work) {
        return call.terminal().caller().interruptible(atInterrupt, () -> {
            JsonObject operation = work.get();
            warn(operation.objects("warnings"));
            if (operation.has("failure")) {
                JsonObject failure = operation.object("failure");
                throw new CliException(
                        ExitCodes.of(failure.text("code")), failure.text("step") + ": " + failure.text("message"));
            }
            return operation;
        });
    }

    private JsonObject followed(String wait) {
        JsonObject operation = read(post(call.daemon(), ""));
        known = operation.text("id");
        String shown = "";
        while (operation.text("status").equals("running")) {
            operation = read(call.daemon().reply("GET", "/v1/operations/" + Daemon.encoded(known) + wait, "", ""));
            String step = "[" + operation.text("stepsDone") + "/" + operation.text("stepsTotal") + "] "
                    + operation.text("step");
            if (operation.text("status").equals("running") && !step.equals(shown)) {
                call.terminal().note(step);
                shown = step;
            }
        }
        return operation;
    }

    private Daemon.Reply post(Daemon daemon, String more) {
        String all = query.isEmpty() && !more.isEmpty() ? "?" + more.substring(1) : query + more;
        return daemon.reply("POST", path + all, headers + key, body);
    }

    private JsonObject read(Daemon.Reply reply) {
        lastBody = reply.body();
        if (reply.status() >= 300) {
            try {
                warn(JsonReader.object(lastBody).objects("problems"));
            } catch (IllegalArgumentException notAProblem) {
                throw reply.failure();
            }
        }
        return JsonReader.object(reply.requireOk().body());
    }

    private void warn(List<JsonObject> problems) {
        for (JsonObject problem : problems) {
            if (problem.text("severity").equals("warning")) {
                StringBuilder place = new StringBuilder(source);
                if (problem.number("line") > 0) {
                    place.append(':').append(problem.text("line"));
                    if (problem.number("column") > 0) {
                        place.append(':').append(problem.text("column"));
                    }
                }
                String field = problem.text("field");
                call.terminal()
                        .note(place + ": warning: " + (field.isEmpty() ? "" : field + ": ") + problem.text("message"));
            }
        }
    }

    private void cancel() {
        cancel(own -> JsonReader.object(post(own, "").requireOk().body()).text("id"));
    }

    private void cancelKnown() {
        if (known.isEmpty()) {
            call.terminal().note("jxl: interrupted before it began");
            call.terminal().flush();
            return;
        }
        cancel(own -> known);
    }

    private void cancel(Function<Daemon, String> find) {
        Terminal terminal = call.terminal();
        try (Daemon own = new Daemon(call.daemon().socket())) {
            terminal.note("jxl: interrupted: cancelling, and waiting until what was made is removed");
            JsonObject ended = own.object(
                    "POST",
                    "/v1/operations/" + Daemon.encoded(find.apply(own)) + "/actions/cancel?wait=" + CLEAN_UP_SECONDS);
            terminal.note("jxl: " + outcome(ended));
        } catch (CliException | IllegalArgumentException e) {
            terminal.note("jxl: " + e.getMessage());
        }
        terminal.flush();
    }

    private String outcome(JsonObject operation) {
        String domain = "domain '" + operation.text("domainName") + "'";
        if (!call.name().equals("create")) {
            String failure = operation.object("failure").text("message");
            return call.name() + " of " + domain + ": " + operation.text("status")
                    + (failure.isEmpty() ? "" : ": " + failure);
        }
        return switch (operation.text("status")) {
            case "cancelled" -> domain + " was not created: cancelled, nothing is left of it";
            case "failed" ->
                domain + " was not created: " + operation.object("failure").text("message");
            case "succeeded" -> domain + " had been created already: 'jxl destroy' removes it";
            default -> domain + " is still being removed (" + operation.text("step") + "): 'jxl operations' shows it";
        };
    }
}
