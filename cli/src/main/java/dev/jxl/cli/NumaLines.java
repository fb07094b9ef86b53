package dev.jxl.cli;

/** The CPUs and NUMA nodes as xl tells them. @source tools/xl/xl_info.c: output_topologyinfo, output_numainfo */
final class NumaLines {
    private NumaLines() {}

    static void print(Command.Call call) {
        JsonObject numa = call.daemon().object("GET", "/v1/host/numa");
        Terminal terminal = call.terminal();
        terminal.line("cpu_topology           :");
        terminal.line("cpu:    core    socket     node");
        for (JsonObject cpu : numa.objects("cpus")) {
            terminal.line(new Columns()
                    .right(cpu.text("cpu"), 3)
                    .then(":    ")
                    .right(cpu.text("core"), 4)
                    .then("     ")
                    .right(cpu.text("socket"), 4)
                    .then("     ")
                    .right(cpu.text("node"), 4)
                    .toString());
        }
        terminal.line("device topology        :");
        terminal.line("device           node");
        for (JsonObject device : numa.objects("devices")) {
            terminal.line(device.text("address") + "      " + device.text("node"));
        }
        if (numa.objects("devices").isEmpty()) {
            terminal.line("No device topology data available");
        }
        terminal.line("numa_info              :");
        terminal.line("node:    memsize    memfree    distances");
        for (JsonObject node : numa.objects("nodes")) {
            terminal.line(new Columns()
                    .right(node.text("node"), 4)
                    .then(":    ")
                    .right(node.number("sizeKib") >> 10, 6)
                    .then("     ")
                    .right(node.number("freeKib") >> 10, 6)
                    .then("      " + String.join(",", node.texts("distances")))
                    .toString());
        }
    }
}
