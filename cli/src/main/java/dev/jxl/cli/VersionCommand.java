package dev.jxl.cli;

import java.util.List;

/** {@code jxl version}: works without jxld too. */
final class VersionCommand implements Command {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public int run(Call call) {
        call.operands(0, 0);
        String own = Main.class.getPackage().getImplementationVersion();
        call.terminal().line("jxl  " + (own == null ? "from the build" : own));
        try {
            JsonObject host = call.daemon().object("GET", "/v1/host");
            call.terminal().line("jxld " + host.text("toolstack"));
            call.terminal().line("Xen  " + host.text("xenVersion") + (host.flag("simulated") ? " (simulated)" : ""));
        } catch (CliException e) {
            call.terminal().flush();
            call.terminal().note("jxl: " + e.getMessage());
        }
        return ExitCodes.OK;
    }
}
