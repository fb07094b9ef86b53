package dev.jxl.cli;

import java.util.List;

/**
 * {@code jxl info}: xl's lines.
 *
 * @source tools/xl/xl_info.c: print_info
 */
final class InfoCommand implements Command {
    /** xl's key, the member that has it; what needs work is told by {@link #value}. */
    private static final String[][] LINES = {
        {"host", "host"},
        {"release", "release"},
        {"version", "version"},
        {"machine", "machine"},
        {"nr_cpus", "cpus"},
        {"max_cpu_id", "maxCpuId"},
        {"nr_nodes", "nodes"},
        {"cores_per_socket", "coresPerSocket"},
        {"threads_per_core", "threadsPerCore"},
        {"cpu_mhz", "cpuKhz"},
        {"hw_caps", "hwCaps"},
        {"virt_caps", "virtCaps"},
        {"total_memory", "totalMemoryKib"},
        {"free_memory", "freeMemoryKib"},
        {"sharing_freed_memory", "sharingFreedPages"},
        {"sharing_used_memory", "sharingUsedPages"},
        {"outstanding_claims", "outstandingClaimsKib"},
        {"free_cpus", "freeCpus"},
        {"xen_major", "xenMajor"},
        {"xen_minor", "xenMinor"},
        {"xen_extra", "xenExtra"},
        {"xen_version", "xenVersion"},
        {"xen_caps", "xenCaps"},
        {"xen_scheduler", "scheduler"},
        {"xen_pagesize", "pageSize"},
        {"platform_params", "platformParams"},
        {"xen_changeset", "changeset"},
        {"xen_commandline", "commandLine"},
        {"cc_compiler", "compiler"},
        {"cc_compile_by", "compileBy"},
        {"cc_compile_domain", "compileDomain"},
        {"cc_compile_date", "compileDate"},
        {"build_id", "buildId"},
        {"jxl_toolstack", "toolstack"},
    };

    @Override
    public String operands() {
        return "[NAME]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option('n', "numa", "", "CPUs and NUMA nodes too"), OUTPUT);
    }

    @Override
    public String description() {
        return "NAME: only the values whose names begin with it.\n";
    }

    @Override
    public int run(Call call) {
        List<String> operands = call.operands(0, 1);
        boolean numa = call.options().has("numa");
        String body = call.daemon().text("GET", "/v1/host");
        if (call.json()) {
            call.terminal().line(numa ? call.daemon().text("GET", "/v1/host/numa") : body);
            return ExitCodes.OK;
        }
        JsonObject host = JsonReader.object(body);
        String only = numa || operands.isEmpty() ? "" : operands.getFirst();
        for (String[] line : LINES) {
            if (numa && line[0].equals("xen_major")) {
                NumaLines.print(call);
            }
            print(call, line[0], value(host, line[1]), only);
        }
        print(call, "xend_config_format", "4", only);
        return ExitCodes.OK;
    }

    private static void print(Call call, String name, String value, String only) {
        if (only.isEmpty()) {
            call.terminal().line(new Columns().left(name, 23).then(": " + value).toString());
        } else if (name.startsWith(only)) {
            call.terminal().line(value);
        }
    }

    private static String value(JsonObject host, String member) {
        if (member.equals("cpuKhz")) {
            long khz = host.number(member);
            String thousandths = Long.toString(1000 + khz % 1000);
            return khz / 1000 + "." + thousandths.substring(1);
        }
        if (member.equals("virtCaps")) {
            return String.join(" ", host.texts(member));
        }
        if (member.endsWith("Kib")) {
            return Long.toString(host.number(member) / 1024);
        }
        if (member.endsWith("Pages")) {
            return Long.toString(host.number(member) * host.number("pageSize") / (1 << 20));
        }
        return host.text(member);
    }
}
