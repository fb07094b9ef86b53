package dev.jxl.cli;

import java.util.List;

/** {@code jxl qemu-monitor-command DOMAIN COMMAND}. @source tools/xl/xl_misc.c: main_qemu_monitor_command */
final class MonitorCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN COMMAND…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return """
                COMMAND is one of QEMU's human monitor, 'info block' for one. It is for looking for faults: what it changes,
                jxl does not know of.
                """;
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(2, Integer.MAX_VALUE);
        String command = String.join(" ", given.subList(1, given.size()));
        String path = "/v1/domains/" + Daemon.encoded(given.getFirst()) + "/monitor";
        String answer = call.daemon()
                .reply("POST", path, "Content-Type: text/plain\r\n", command)
                .requireOk()
                .body()
                .stripTrailing();
        if (!answer.isEmpty()) {
            call.terminal().line(answer);
        }
        return ExitCodes.OK;
    }
}
