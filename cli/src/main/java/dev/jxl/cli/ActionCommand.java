package dev.jxl.cli;

import java.util.List;

/** {@code jxl destroy|pause|unpause DOMAIN…}: each in turn; one that fails does not keep the others from being done. */
final class ActionCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option('f', "force", "", "accepted for xl's sake: jxl asks nothing here"));
    }

    @Override
    public int run(Call call) {
        return each(call, call.operands(1, Integer.MAX_VALUE), "?wait=300");
    }

    /** Does the command's action to each; gives the first failure's exit code. */
    static int each(Call call, List<String> domains, String query) {
        int code = ExitCodes.OK;
        for (String domain : domains) {
            try {
                String path = "/v1/domains/" + Daemon.encoded(domain) + "/actions/" + call.name() + query;
                JsonObject operation = call.daemon().object("POST", path);
                if (operation.text("status").equals("running") && query.startsWith("?wait=")) {
                    throw new CliException(
                            ExitCodes.of("operation-timed-out"),
                            call.name() + " of '" + domain + "' still goes on (" + operation.text("step")
                                    + "): 'jxl operations' shows it");
                }
            } catch (CliException e) {
                call.terminal().flush();
                call.terminal().note("jxl: " + e.getMessage());
                code = code == ExitCodes.OK ? e.exitCode() : code;
            }
        }
        return code;
    }
}
