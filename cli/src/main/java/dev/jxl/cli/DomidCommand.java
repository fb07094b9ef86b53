package dev.jxl.cli;

import java.util.List;

/** {@code jxl domid NAME}. */
final class DomidCommand implements Command {
    @Override
    public String operands() {
        return "NAME";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public int run(Call call) {
        String name = call.operands(1, 1).getFirst();
        String body = call.daemon().text("GET", "/v1/domains/" + Daemon.encoded(name));
        JsonObject domain = JsonReader.object(body);
        if (domain.number("domid") < 0) {
            throw new CliException(
                    ExitCodes.of("domain-not-found"),
                    "domain '" + name + "' is defined and does not run: 'jxl start' starts it");
        }
        call.terminal().line(call.json() ? body : domain.text("domid"));
        return ExitCodes.OK;
    }
}
