package dev.jxl.cli;

import java.util.List;

/** {@code jxl usbdev-detach DOMAIN CONTROLLER PORT}. @source tools/xl/xl_usb.c: main_usbdev_detach */
final class UsbDetachCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN CONTROLLER PORT";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public String description() {
        return "'jxl usb-list' shows controllers and ports. The device is gone from the guest at once, as if it had been pulled"
                + " out.\n";
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(3, 3);
        boolean json = call.json();
        String path = DeviceCollections.path(call.name(), given.get(0)) + "/"
                + Daemon.encoded(given.get(1) + "." + given.get(2)) + "?wait=300";
        String body = call.daemon().text("DELETE", path);
        DeviceDetachCommand.requireEnd(call, body);
        if (json) {
            call.terminal().line(body);
        }
        return ExitCodes.OK;
    }
}
