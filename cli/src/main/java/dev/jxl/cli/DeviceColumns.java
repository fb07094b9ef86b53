package dev.jxl.cli;

import java.util.List;
import java.util.Locale;

/**
 * The columns of xl's lists of devices, to the character.
 *
 * @source tools/xl/xl_block.c: main_blocklist; xl_nic.c: main_networklist; xl_vkb.c: main_vkblist; xl_vtpm.c: main_vtpmlist;
 *     xl_console.c: main_channellist
 */
final class DeviceColumns {
    /** What C's printf makes of a text that is not there. */
    private static final String NO_TEXT = "(null)";

    private DeviceColumns() {}

    /** The line above a command's devices. */
    static String head(String command) {
        return switch (command) {
            case "block-list" ->
                String.format(
                        Locale.ROOT,
                        "%-5s %-3s %-6s %-5s %-6s %-8s %-30s",
                        "Vdev",
                        "BE",
                        "handle",
                        "state",
                        "evt-ch",
                        "ring-ref",
                        "BE-path");
            case "network-list" ->
                String.format(
                        Locale.ROOT,
                        "%-3s %-2s %-17s %-6s %-5s %-6s %5s/%-11s %-30s",
                        "Idx",
                        "BE",
                        "Mac Addr.",
                        "handle",
                        "state",
                        "evt-ch",
                        "tx-",
                        "rx-ring-ref",
                        "BE-path");
            case "vkb-list" ->
                String.format(
                        Locale.ROOT,
                        "%-3s %-2s %-6s %-5s %-6s %6s %-10s %-10s %-30s",
                        "Idx",
                        "BE",
                        "handle",
                        "state",
                        "evt-ch",
                        "ref",
                        "ID",
                        "BE-type",
                        "BE-path");
            case "vtpm-list" ->
                String.format(
                        Locale.ROOT,
                        "%-3s %-2s %-36s %-6s %-5s %-6s %-5s %-10s",
                        "Idx",
                        "BE",
                        "Uuid",
                        "handle",
                        "state",
                        "evt-ch",
                        "ring-ref",
                        "BE-path");
            case "channel-list" ->
                String.format(
                        Locale.ROOT,
                        "%-3s %-2s %-5s %-6s %8s %-10s %-30s",
                        "Idx",
                        "BE",
                        "state",
                        "evt-ch",
                        "ring-ref",
                        "connection",
                        "");
            default -> throw new IllegalArgumentException(command);
        };
    }

    /** A device's line. */
    static String row(String command, JsonObject device) {
        String devid = device.text("devid");
        String backend = device.text("backendDomid");
        String state = device.text("state");
        String port = device.text("eventChannel");
        String path = device.text("backendPath");
        JsonObject settings = device.object("settings");
        return switch (command) {
            case "block-list" ->
                String.format(
                        Locale.ROOT,
                        "%-5s %-3s %-6s %-5s %-6s %-8s %-30s",
                        devid,
                        backend,
                        device.text("domid"),
                        state,
                        port,
                        ring(device, 0),
                        path);
            case "network-list" ->
                String.format(
                        Locale.ROOT,
                        "%-3s %-2s %-17s%6s %5s %6s %5s/%-11s %-30s",
                        devid,
                        backend,
                        settings.text("mac"),
                        devid,
                        state,
                        port,
                        ring(device, 0),
                        ring(device, 1),
                        path);
            case "vkb-list" ->
                String.format(
                        Locale.ROOT,
                        "%-3s %-2s %6s %5s %6s %6s %-10s %-10s %-30s",
                        devid,
                        backend,
                        devid,
                        state,
                        port,
                        ring(device, 0),
                        settings.text("unique-id").isEmpty() ? NO_TEXT : settings.text("unique-id"),
                        path.contains("/backend/vinput/") ? "linux" : "qemu",
                        path);
            case "vtpm-list" ->
                String.format(
                        Locale.ROOT,
                        "%-3s %-2s %s %6s %5s %6s %8s %-30s",
                        devid,
                        backend,
                        settings.text("uuid"),
                        devid,
                        state,
                        port,
                        ring(device, 0),
                        path);
            case "channel-list" -> channel(device, settings, backend, state, port);
            default -> throw new IllegalArgumentException(command);
        };
    }

    /** xl counts channels from 0, their consoles from 1. */
    private static String channel(JsonObject device, JsonObject settings, String backend, String state, String port) {
        String connection = settings.text("connection");
        String line = String.format(
                Locale.ROOT,
                "%-3s %-2s %-5s %-6s %-8s %-10s ",
                Long.parseLong(device.text("devid")) - 1,
                backend,
                state,
                port,
                ring(device, 0),
                connection);
        return connection.equals("pty") ? line + String.format(Locale.ROOT, "%-30s ", settings.text("tty")) : line;
    }

    private static String ring(JsonObject device, int index) {
        List<String> rings = device.texts("rings");
        return index < rings.size() ? rings.get(index) : "-1";
    }
}
