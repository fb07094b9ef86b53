package dev.jxl.cli;

import java.util.List;

/**
 * {@code jxl block-detach [-f] DOMAIN VDEV}, {@code jxl network-detach [-f] DOMAIN DEVID|MAC}, {@code
 * jxl pci-detach [-f] DOMAIN BDF|NAME}.
 *
 * @source tools/xl/xl_block.c: main_blockdetach; xl_nic.c: main_networkdetach
 */
final class DeviceDetachCommand implements Command {
    private final String device;

    /**
     * For a kind of devices.
     *
     * @param device what its operand is called
     */
    DeviceDetachCommand(String device) {
        this.device = device;
    }

    @Override
    public String operands() {
        return "DOMAIN " + device;
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('f', "force", "", "do not wait for the guest; what it has not written is lost"),
                OUTPUT);
    }

    @Override
    public String description() {
        String time = device.startsWith("BDF") ? "30" : "10";
        return "The guest has " + time + " seconds to let go of it; when it does not, the device stays.\n";
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(2, 2);
        boolean json = call.json();
        String path = DeviceCollections.path(call.name(), given.get(0)) + "/" + Daemon.encoded(given.get(1))
                + "?wait=300" + (call.options().has("force") ? "&force" : "");
        String body = call.daemon().text("DELETE", path);
        requireEnd(call, body);
        if (json) {
            call.terminal().line(body);
        }
        return ExitCodes.OK;
    }

    /** Complains when the operation still goes on after the wait. */
    static void requireEnd(Call call, String operation) {
        JsonObject now = JsonReader.object(operation);
        if (now.text("status").equals("running")) {
            throw new CliException(
                    ExitCodes.of("operation-timed-out"),
                    call.name() + " still goes on (" + now.text("step") + "): 'jxl operations' shows it");
        }
    }
}
