package dev.jxl.cli;

import java.util.List;

/** {@code jxl vm-list}: guests by UUID. @source tools/xl/xl_info.c: list_vm */
final class VmListCommand implements Command {
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
        call.terminal().line("UUID                                  ID    name");
        for (JsonObject domain : JsonReader.objects(call.daemon().text("GET", "/v1/domains"))) {
            call.terminal()
                    .line(new Columns()
                            .then(domain.text("uuid") + "  " + domain.text("domid") + "    ")
                            .left(domain.text("name"), 30)
                            .toString());
        }
        return ExitCodes.OK;
    }
}
