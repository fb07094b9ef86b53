package dev.jxl.cli;

import java.util.List;

/** {@code jxl pci-assignable-list [-n]}: xl's lines. @source tools/xl/xl_pci.c: pciassignable_list */
final class PciAssignableListCommand implements Command {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option('n', "show-names", "", "with the names that devices were given"), OUTPUT);
    }

    @Override
    public String description() {
        return "With -o json all PCI devices of the host, with their drivers.\n";
    }

    @Override
    public int run(Call call) {
        call.operands(0, 0);
        String body = call.daemon().text("GET", "/v1/host/pci");
        if (call.json()) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        for (JsonObject device : JsonReader.objects(body)) {
            if (device.flag("assignable")) {
                String name = call.options().has("show-names") ? device.text("name") : "";
                call.terminal().line(device.text("address") + " " + name);
            }
        }
        return ExitCodes.OK;
    }
}
