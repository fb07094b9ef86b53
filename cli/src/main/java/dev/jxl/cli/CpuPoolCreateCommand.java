package dev.jxl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code jxl cpupool-create [-n] [-f FILE | FILE] [KEY=VALUE…]}.
 *
 * @source tools/xl/xl_cpupool.c: main_cpupoolcreate
 */
final class CpuPoolCreateCommand implements Command {
    @Override
    public String operands() {
        return "[FILE] [KEY=VALUE…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('f', "defconfig", "FILE", "the configuration, as for xl"),
                new Options.Option('n', "dryrun", "", "only show what would be made"));
    }

    @Override
    public String description() {
        return """
                FILE is an xlcpupool.cfg: name="NAME", sched="credit2", cpus="1-3" or nodes=["0"].
                KEY=VALUE is appended to it as a line of its own.
                """;
    }

    @Override
    public boolean ownProcess(Call call) {
        return Configuration.ownProcess(
                call,
                call.options().operands().stream()
                        .filter(operand -> operand.indexOf('=') <= 0)
                        .toList());
    }

    @Override
    public int run(Call call) throws IOException {
        String file = call.options().value("defconfig").orElse("");
        List<String> overrides = new ArrayList<>();
        for (String operand : call.options().operands()) {
            if (operand.indexOf('=') > 0) {
                overrides.add(operand);
            } else if (file.isEmpty()) {
                file = operand;
            } else {
                throw CliException.usage("'" + operand + "' is too much");
            }
        }
        String source = file.isEmpty() ? "command line" : file;
        StringBuilder query = new StringBuilder("?source=").append(Daemon.encoded(source));
        if (!file.isEmpty()) {
            query.append("&name=")
                    .append(Daemon.encoded(String.valueOf(Path.of(file).getFileName())));
        }
        overrides.forEach(override -> query.append("&override=").append(Daemon.encoded(override)));
        String text = file.isEmpty() ? "" : Configuration.read(call, file);
        JsonObject plan = JsonReader.object(post(call, query + "&plan", text));
        call.terminal().line("Using config file \"" + source + "\"");
        call.terminal().line("cpupool name:   " + plan.text("name"));
        call.terminal().line("scheduler:      " + plan.text("scheduler"));
        call.terminal().line("number of cpus: " + plan.texts("cpus").size());
        if (!call.options().has("dryrun")) {
            post(call, query + "&wait=300", text);
        }
        return ExitCodes.OK;
    }

    private static String post(Call call, String query, String text) {
        return call.daemon()
                .reply("POST", "/v1/cpupools" + query, "Content-Type: text/x-xl-cfg\r\n", text)
                .requireOk()
                .body();
    }
}
