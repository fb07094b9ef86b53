package dev.jxl.cli;

import java.util.List;
import java.util.stream.Stream;

/**
 * {@code jxl block-attach DOMAIN DISK…}, {@code jxl network-attach DOMAIN [KEY=VALUE…]} and the like: the description goes to jxld as it would stand in xl.cfg.
 *
 * @source tools/xl/xl_block.c: main_blockattach; xl_nic.c: main_networkattach; xl_vkb.c: main_vkbattach;
 *     xl_vtpm.c: main_vtpmattach; xl_usb.c: main_usbctrl_attach, main_usbdev_attach
 */
final class DeviceAttachCommand implements Command {
    private final String operands;
    private final int least;

    /**
     * For a kind of devices.
     *
     * @param operands what describes the device
     * @param least how many of them there must be
     */
    DeviceAttachCommand(String operands, int least) {
        this.operands = operands;
        this.least = least;
    }

    @Override
    public String operands() {
        return "DOMAIN " + operands;
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public String description() {
        return "The parts are joined by commas and read as one entry of xl.cfg. The device stays until it is detached,"
                + " over\n"
                + "reboots of the guest too.\n";
    }

    /** A TPM of a file must name its backend; xl's command means dom0 when it does not. A controller's entry cannot be empty. */
    private static List<String> parts(String command, List<String> given) {
        if (command.equals("usbctrl-attach") && given.isEmpty()) {
            return List.of("type=auto");
        }
        if (!command.equals("vtpm-attach") || given.stream().anyMatch(part -> part.contains("backend="))) {
            return given;
        }
        return Stream.concat(given.stream(), Stream.of("backend=0")).toList();
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(1 + least, Integer.MAX_VALUE);
        boolean json = call.json();
        String path = DeviceCollections.path(call.name(), given.getFirst()) + "?wait=300&folder="
                + Configuration.folder(call);
        String description = String.join(",", parts(call.name(), given.subList(1, given.size())));
        String body = call.daemon()
                .reply("POST", path, "Content-Type: text/x-xl-cfg\r\n", description)
                .requireOk()
                .body();
        DeviceDetachCommand.requireEnd(call, body);
        if (json) {
            call.terminal().line(body);
        }
        return ExitCodes.OK;
    }
}
