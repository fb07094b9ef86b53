package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;

/** {@code jxl block-list DOMAIN…}, {@code jxl network-list DOMAIN…} and the like. */
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
        StringBuilder out = new StringBuilder(DeviceColumns.head(call.name()));
        for (String body : bodies) {
            for (JsonObject device : JsonReader.objects(body)) {
                out.append('\n').append(DeviceColumns.row(call.name(), device));
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
}
