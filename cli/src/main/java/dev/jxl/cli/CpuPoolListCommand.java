package dev.jxl.cli;

import java.util.List;

/** {@code jxl cpupool-list [-c] [POOL]}: xl's columns. @source tools/xl/xl_cpupool.c: main_cpupoollist */
final class CpuPoolListCommand implements Command {
    @Override
    public String operands() {
        return "[POOL]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option('c', "cpus", "", "the CPUs of each"), OUTPUT);
    }

    @Override
    public int run(Call call) {
        List<String> wanted = call.operands(0, 1);
        String body = wanted.isEmpty()
                ? call.daemon().text("GET", "/v1/cpupools")
                : "[" + call.daemon().text("GET", "/v1/cpupools/" + Daemon.encoded(wanted.getFirst())) + "]";
        if (call.json()) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        boolean cpus = call.options().has("cpus");
        call.terminal().line("Name               " + (cpus ? "CPU list" : "CPUs   Sched     Active   Domain count"));
        for (JsonObject pool : JsonReader.objects(body)) {
            Columns line = new Columns().left(pool.text("name"), 19);
            List<String> numbers = pool.texts("cpus");
            call.terminal()
                    .line((cpus
                                    ? line.then(String.join(",", numbers))
                                    : line.right(numbers.size(), 3)
                                            .then(" ")
                                            .right(pool.text("scheduler"), 9)
                                            .then("       y       ")
                                            .right(pool.text("domains"), 4))
                            .toString());
        }
        return ExitCodes.OK;
    }
}
