package dev.jxl.cli;

import java.util.List;

/** {@code jxl restore [-p] FILE}: jxld reads the file. */
final class RestoreCommand implements Command {
    @Override
    public String operands() {
        return "FILE";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('p', "paused", "", "leave it paused"),
                new Options.Option('e', "", "", "accepted for xl's sake: jxld looks after all domains"),
                OUTPUT);
    }

    @Override
    public String description() {
        return """
                FILE is one of 'jxl save' or 'xl save'; it is read and checked as a whole before anything is made, and stays as it is.
                Its disks must be as they were: a guest that went on since then would not survive it.
                """;
    }

    @Override
    public int run(Call call) {
        boolean json = call.json();
        String file =
                call.terminal().path(call.operands(1, 1).getFirst()).normalize().toString();
        OperationSession session = new OperationSession(
                call,
                "/v1/host/actions/restore",
                "",
                "?file=" + Daemon.encoded(file) + (call.options().has("paused") ? "&paused" : ""),
                "",
                file);
        JsonObject operation = session.perform("wait=86400");
        call.terminal()
                .line(
                        json
                                ? session.lastBody()
                                : "restored domain '" + operation.text("domainName") + "' with domid "
                                        + operation.text("domid"));
        return ExitCodes.OK;
    }
}
