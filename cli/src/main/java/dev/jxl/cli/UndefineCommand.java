package dev.jxl.cli;

import java.util.List;

/** {@code jxl undefine NAME…}. */
final class UndefineCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return "A running domain goes on, and is forgotten when it ends.\n";
    }

    @Override
    public int run(Call call) {
        int code = ExitCodes.OK;
        for (String domain : call.operands(1, Integer.MAX_VALUE)) {
            try {
                String _ = call.daemon().text("DELETE", "/v1/definitions/" + Daemon.encoded(domain));
            } catch (CliException e) {
                call.terminal().flush();
                call.terminal().note("jxl: " + e.getMessage());
                code = code == ExitCodes.OK ? e.exitCode() : code;
            }
        }
        return code;
    }
}
