package dev.jxl.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code jxl usb-list DOMAIN}: xl's columns to the character. @source tools/xl/xl_usb.c: main_usblist */
final class UsbListCommand implements Command {
    private static final String LINE = "%-6s %-12s %-3s %-5s %-7s %-5s";
    private static final int MOST_PORTS = 31;

    @Override
    public String operands() {
        return "DOMAIN";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public int run(Call call) {
        String domain = call.operands(1, 1).getFirst();
        boolean json = call.json();
        String controllers = call.daemon().text("GET", DeviceCollections.path("usbctrl-list", domain));
        String devices = call.daemon().text("GET", DeviceCollections.path("usbdev-list", domain));
        if (json) {
            call.terminal().line("{\"controllers\":" + controllers.strip() + ",\"devices\":" + devices.strip() + "}");
            return ExitCodes.OK;
        }
        List<JsonObject> plugged = JsonReader.objects(devices);
        StringBuilder out = new StringBuilder();
        JsonReader.objects(controllers).forEach(controller -> controller(out, controller, plugged));
        // Of no controllers xl says nothing at all.
        if (!out.isEmpty()) {
            call.terminal().line(out.substring(1));
        }
        return ExitCodes.OK;
    }

    private static void controller(StringBuilder out, JsonObject controller, List<JsonObject> plugged) {
        JsonObject settings = controller.object("settings");
        // An emulated one has no ends in xenstore.
        boolean emulated = settings.text("type").equals("devicemodel");
        out.append('\n').append(String.format(Locale.ROOT, LINE, "Devid", "Type", "BE", "state", "usb-ver", "ports"));
        out.append('\n')
                .append(String.format(
                        Locale.ROOT,
                        LINE,
                        controller.text("devid"),
                        settings.text("type"),
                        emulated ? "0" : controller.text("backendDomid"),
                        emulated ? "0" : controller.text("state"),
                        settings.text("usb-ver"),
                        settings.text("num-ports")));
        String count = settings.text("num-ports");
        int ports = count.matches("[0-9]{1,2}") ? Math.min(MOST_PORTS, Integer.parseInt(count)) : 0;
        for (int port = 1; port <= ports; port++) {
            String name = controller.text("devid") + "." + port;
            Optional<JsonObject> device = plugged.stream()
                    .filter(d -> d.text("name").equals(name))
                    .map(d -> d.object("settings"))
                    .findFirst();
            out.append("\n  Port ").append(port).append(':');
            device.ifPresent(d -> out.append(" Bus ")
                    .append(hex(d.text("hostbus")))
                    .append(" Device ")
                    .append(hex(d.text("hostaddr"))));
        }
    }

    /** A device that was pulled out of the host has no numbers any more. */
    private static String hex(String number) {
        return number.matches("[0-9]{1,3}") ? String.format(Locale.ROOT, "%03x", Integer.parseInt(number)) : "?";
    }
}
