package dev.jxl.cli;

import java.util.List;
import java.util.Locale;

/** {@code jxl pci-list DOMAIN}: xl's columns. @source tools/xl/xl_pci.c: pcilist */
final class PciListCommand implements Command {
    private static final int FUNCTION_BITS = 3;
    private static final int HEX = 16;

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
        String body = call.daemon().text("GET", DeviceCollections.path(call.name(), domain));
        if (call.json()) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        StringBuilder out = new StringBuilder("Vdev Device");
        for (JsonObject device : JsonReader.objects(body)) {
            out.append('\n')
                    .append(place(device.object("settings").text("vdevfn")))
                    .append(' ')
                    .append(device.text("name"));
        }
        // Of no devices xl says nothing at all.
        if (out.indexOf("\n") > 0) {
            call.terminal().line(out.toString());
        }
        return ExitCodes.OK;
    }

    /** Slot and function, of a number in hexadecimal. */
    private static String place(String number) {
        int place = number.matches("[0-9a-fA-F]{1,4}") ? Integer.parseInt(number, HEX) : 0;
        return String.format(Locale.ROOT, "%02x.%01x", place >> FUNCTION_BITS & 0x1f, place & (1 << FUNCTION_BITS) - 1);
    }
}
