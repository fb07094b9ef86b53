package dev.jxl.cli;

import java.util.List;

/**
 * {@code jxl pci-assignable-add|-remove}.
 *
 * @source tools/xl/xl_pci.c: main_pciassignable_add, main_pciassignable_remove
 */
final class PciAssignableCommand implements Command {
    private final boolean add;

    PciAssignableCommand(boolean add) {
        this.add = add;
    }

    @Override
    public String operands() {
        return add ? "DEVICE" : "DEVICE|NAME";
    }

    @Override
    public List<Options.Option> options() {
        return add
                ? List.of(
                        new Options.Option('n', "name", "NAME", "another way to say which device"),
                        new Options.Option('f', "force", "", "also when dom0 itself uses it"))
                : List.of(new Options.Option('r', "rebind", "", "give it back to the driver that had it"));
    }

    @Override
    public String description() {
        return "DEVICE is [SSSS:]BB:DD.F: segment, bus, device and function, in hexadecimal.\n";
    }

    @Override
    public int run(Call call) {
        String path = "/v1/host/pci/" + Daemon.encoded(call.operands(1, 1).getFirst()) + "/assignable";
        if (!add) {
            return Change.perform(call, "DELETE", path + (call.options().has("rebind") ? "?rebind" : ""));
        }
        JsonBody body = new JsonBody();
        call.options().value("name").ifPresent(name -> body.text("name", name));
        return Change.perform(call, "PUT", path + (call.options().has("force") ? "?force" : ""), body);
    }
}
