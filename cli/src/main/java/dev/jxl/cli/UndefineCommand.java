package dev.jxl.cli;

import java.util.List;

/** {@code jxl undefine [--discard-save] NAME…}. */
final class UndefineCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option(' ', "discard-save", "", "also what was saved of it when the host stopped"));
    }

    @Override
    public String description() {
        return """
                A running domain goes on, and is forgotten when it ends. One that was saved when the host stopped is refused, because its
                state would be lost.
                """;
    }

    @Override
    public int run(Call call) {
        String query = call.options().has("discard-save") ? "?discard-save" : "";
        int code = ExitCodes.OK;
        for (String domain : call.operands(1, Integer.MAX_VALUE)) {
            try {
                String _ = call.daemon().text("DELETE", "/v1/definitions/" + Daemon.encoded(domain) + query);
            } catch (CliException e) {
                call.terminal().flush();
                call.terminal().note("jxl: " + e.getMessage());
                code = code == ExitCodes.OK ? e.exitCode() : code;
            }
        }
        return code;
    }
}
