package dev.jxl.cli;

import java.util.List;

/** {@code jxl operations}. */
final class OperationsCommand implements Command {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public int run(Call call) {
        call.operands(0, 0);
        String body = call.daemon().text("GET", "/v1/operations");
        if (call.json()) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        row(call, "Id", "Kind", "Domain", "Status", "Steps", "Now");
        for (JsonObject operation : JsonReader.objects(body)) {
            String failure = operation.object("failure").text("message");
            row(
                    call,
                    operation.text("id"),
                    operation.text("kind"),
                    operation.text("domainName"),
                    operation.text("status"),
                    operation.text("stepsDone") + "/" + operation.text("stepsTotal"),
                    failure.isEmpty() ? operation.text("step") : failure);
        }
        return ExitCodes.OK;
    }

    private static void row(Call call, String id, String kind, String domain, String status, String steps, String now) {
        StringBuilder out = new StringBuilder();
        column(out, id, 37);
        column(out, kind, 9);
        column(out, domain, 24);
        column(out, status, 10);
        column(out, steps, 7);
        call.terminal().line(out.append(now).toString());
    }

    private static void column(StringBuilder out, String text, int width) {
        out.append(text).repeat(' ', Math.max(1, width - text.length()));
    }
}
