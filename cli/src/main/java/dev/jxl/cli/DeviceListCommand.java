package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code jxl block-list DOMAIN…}, {@code jxl network-list DOMAIN…}: xl's columns to the character.
 *
 * @source tools/xl/xl_block.c: main_blocklist; xl_nic.c: main_networklist
 */
final class DeviceListCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public int run(Call call) {
        List<String> domains = call.operands(1, Integer.MAX_VALUE);
        boolean json = call.json();
        List<String> bodies = new ArrayList<>();
        int code = ExitCodes.OK;
        for (String domain : domains) {
            try {
                bodies.add(call.daemon().text("GET", DeviceCollections.path(call.name(), domain)));
            } catch (CliException e) {
                call.terminal().note("jxl: " + e.getMessage());
                code = code == ExitCodes.OK ? e.exitCode() : code;
            }
        }
        if (json) {
            call.terminal().line(together(bodies));
            return code;
        }
        boolean disks = call.name().equals("block-list");
        StringBuilder out = new StringBuilder();
        head(out, disks);
        for (String body : bodies) {
            for (JsonObject device : JsonReader.objects(body)) {
                out.append('\n');
                if (disks) {
                    disk(out, device);
                } else {
                    nic(out, device);
                }
            }
        }
        call.terminal().line(out.toString());
        return code;
    }

    /** Arrays as one. */
    private static String together(List<String> arrays) {
        StringBuilder out = new StringBuilder("[");
        for (String array : arrays) {
            String inner = array.strip();
            inner = inner.substring(1, inner.length() - 1).strip();
            if (!inner.isEmpty()) {
                out.append(out.length() > 1 ? "," : "").append(inner);
            }
        }
        return out.append(']').toString();
    }

    private static void head(StringBuilder out, boolean disks) {
        if (disks) {
            left(out, 5, "Vdev").append(' ');
            left(out, 3, "BE").append(' ');
            left(out, 6, "handle").append(' ');
            left(out, 5, "state").append(' ');
            left(out, 6, "evt-ch").append(' ');
            left(out, 8, "ring-ref").append(' ');
        } else {
            left(out, 3, "Idx").append(' ');
            left(out, 2, "BE").append(' ');
            left(out, 17, "Mac Addr.").append(' ');
            left(out, 6, "handle").append(' ');
            left(out, 5, "state").append(' ');
            left(out, 6, "evt-ch").append(' ');
            right(out, 5, "tx-").append('/');
            left(out, 5, "rx-ring-ref").append(' ');
        }
        left(out, 30, "BE-path");
    }

    private static void disk(StringBuilder out, JsonObject device) {
        left(out, 5, device.text("devid")).append(' ');
        left(out, 3, device.text("backendDomid")).append(' ');
        left(out, 6, device.text("domid")).append(' ');
        left(out, 5, device.text("state")).append(' ');
        left(out, 6, device.text("eventChannel")).append(' ');
        left(out, 8, ring(device, 0)).append(' ');
        left(out, 30, device.text("backendPath"));
    }

    private static void nic(StringBuilder out, JsonObject device) {
        left(out, 3, device.text("devid")).append(' ');
        left(out, 2, device.text("backendDomid")).append(' ');
        left(out, 17, device.object("settings").text("mac"));
        right(out, 6, device.text("devid")).append(' ');
        right(out, 5, device.text("state")).append(' ');
        right(out, 6, device.text("eventChannel")).append(' ');
        right(out, 5, ring(device, 0)).append('/');
        left(out, 11, ring(device, 1)).append(' ');
        left(out, 30, device.text("backendPath"));
    }

    private static String ring(JsonObject device, int index) {
        List<String> rings = device.texts("rings");
        return index < rings.size() ? rings.get(index) : "-1";
    }

    private static StringBuilder left(StringBuilder out, int width, String text) {
        return out.append(text).repeat(' ', Math.max(0, width - text.length()));
    }

    private static StringBuilder right(StringBuilder out, int width, String text) {
        return out.repeat(' ', Math.max(0, width - text.length())).append(text);
    }
}
