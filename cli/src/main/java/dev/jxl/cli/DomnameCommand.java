package dev.jxl.cli;

import java.util.List;

/** {@code jxl domname DOMID}. */
final class DomnameCommand implements Command {
    @Override
    public String operands() {
        return "DOMID";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public int run(Call call) {
        String domid = call.operands(1, 1).getFirst();
        for (int i = 0; i < domid.length(); i++) {
            if (domid.charAt(i) < '0' || domid.charAt(i) > '9') {
                throw CliException.usage("'" + domid + "' is not a domain's number");
            }
        }
        String body = call.daemon().text("GET", "/v1/domains/" + Daemon.encoded(domid));
        call.terminal().line(call.json() ? body : JsonReader.object(body).text("name"));
        return ExitCodes.OK;
    }
}
