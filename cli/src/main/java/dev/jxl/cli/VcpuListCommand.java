package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code jxl vcpu-list [DOMAIN…]}: xl's columns.
 *
 * @source tools/xl/xl_vcpu.c: vcpulist, print_vcpuinfo
 */
final class VcpuListCommand implements Command {
    @Override
    public String operands() {
        return "[DOMAIN…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public int run(Call call) {
        List<String> domains = call.options().operands();
        boolean json = call.json();
        List<String> bodies = new ArrayList<>();
        if (domains.isEmpty()) {
            bodies.add(call.daemon().text("GET", "/v1/host/vcpus"));
        }
        for (String domain : domains) {
            bodies.add(call.daemon().text("GET", "/v1/domains/" + Daemon.encoded(domain) + "/vcpus"));
        }
        if (json) {
            call.terminal().line(joined(bodies));
            return ExitCodes.OK;
        }
        call.terminal()
                .line("Name                                ID  VCPU   CPU State   Time(s) Affinity (Hard / Soft)");
        for (String body : bodies) {
            for (JsonObject vcpu : JsonReader.objects(body)) {
                call.terminal().line(row(vcpu));
            }
        }
        return ExitCodes.OK;
    }

    /** Arrays as one. */
    static String joined(List<String> arrays) {
        StringBuilder out = new StringBuilder("[");
        for (String array : arrays) {
            String inside = array.substring(array.indexOf('[') + 1, array.lastIndexOf(']'))
                    .strip();
            out.append(out.length() > 1 && !inside.isEmpty() ? "," : "").append(inside);
        }
        return out.append(']').toString();
    }

    private static String row(JsonObject vcpu) {
        boolean online = vcpu.flag("online");
        Columns line = new Columns()
                .left(vcpu.text("domain"), 32)
                .then(" ")
                .right(vcpu.text("domid"), 5)
                .then(" ")
                .right(vcpu.text("number"), 5)
                .right(online ? vcpu.text("cpu") : "-", 5);
        line.then(
                online
                        ? "   " + (vcpu.flag("running") ? 'r' : '-') + (vcpu.flag("blocked") ? 'b' : '-') + "- "
                        : "   --p ");
        return line.right(ListCommand.seconds(vcpu.number("cpuTimeNanos")), 9)
                .then("  " + vcpu.text("hardAffinity") + " / " + vcpu.text("softAffinity"))
                .toString();
    }
}
