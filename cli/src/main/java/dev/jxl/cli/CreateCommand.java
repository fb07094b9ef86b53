package dev.jxl.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code jxl create FILE [key=value…]}: the file goes to jxld as it is. */
final class CreateCommand implements Command {
    private static final String WAIT = "wait=86400";

    @Override
    public String operands() {
        return "FILE [KEY=VALUE…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('p', "paused", "", "leave it paused"),
                new Options.Option('c', "console", "", "attach to its console"),
                new Options.Option('V', "vncviewer", "", "show its screen"),
                new Options.Option('A', "vncviewer-autopass", "", "the same, and give the viewer the password"),
                new Options.Option(' ', "plan", "", "only show what would be done"),
                new Options.Option('n', "dryrun", "", "only print libxl's JSON, as xl does"),
                new Options.Option('q', "quiet", "", "print nothing but errors"),
                new Options.Option('f', "defconfig", "FILE", "the configuration, as for xl"),
                OUTPUT);
    }

    @Override
    public String description() {
        return """
                FILE is an xl.cfg, or JSON when its name ends with .json; '-' is standard input. KEY=VALUE is appended to an
                xl.cfg as a line of its own. Interrupted (Ctrl-C), it cancels, and waits until what was made is removed.
                """;
    }

    @Override
    public boolean ownProcess(Call call) {
        return call.options().has("console")
                || call.options().has("vncviewer")
                || call.options().has("vncviewer-autopass")
                || Configuration.ownProcess(call, call.options().operands());
    }

    @Override
    public int run(Call call) throws IOException {
        boolean json = call.json();
        Configuration configuration = Configuration.of(call, call.options().operands());
        if (call.options().has("dryrun")) {
            String printed = Conversion.convert(call, configuration, "to=libxl-json");
            call.terminal().line(printed.stripTrailing());
            return ExitCodes.OK;
        }
        OperationSession session = new OperationSession(
                call,
                "/v1/domains",
                configuration.headers(),
                configuration.query() + (call.options().has("paused") ? "&paused" : ""),
                configuration.body(),
                configuration.file());
        if (call.options().has("plan")) {
            session.plan(json);
            return ExitCodes.OK;
        }
        JsonObject operation = session.perform(WAIT);
        if (json) {
            call.terminal().line(session.lastBody());
        } else if (!call.options().has("quiet")) {
            call.terminal()
                    .line("created domain '" + operation.text("domainName") + "' with domid "
                            + operation.text("domid"));
        }
        boolean autopass = call.options().has("vncviewer-autopass");
        if (autopass || call.options().has("vncviewer")) {
            Optional<Process> _ = ScreenCommand.show(call, operation.text("domid"), autopass);
        }
        return call.options().has("console")
                ? ConsoleCommand.attach(call.terminal(), operation.text("domid"), List.of())
                : ExitCodes.OK;
    }
}
