package dev.jxl.cli;

import java.util.List;

/** {@code jxl guests start|stop}: what the host's start and stop do. */
final class GuestsCommand implements Command {
    private static final String WAIT = "wait=86400";

    @Override
    public String operands() {
        return "start|stop";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option(' ', "deadline", "SECONDS", "stop: for all together; then they are destroyed (300)"),
                new Options.Option('a', "all", "", "stop: those that another toolstack made too"));
    }

    @Override
    public String description() {
        return """
                'start' starts all that 'jxl autostart' says and all that 'stop' has saved, in order, and leaves alone what runs. 'stop'
                asks the guests to power off in reverse order, and destroys those that do not in time; a defined one with on_host_stop="save"
                is saved instead, and asked to power off if that fails or takes more than three quarters of its time. The service jxl-guests
                does both with the host.
                """;
    }

    @Override
    public int run(Call call) {
        String what = call.operands(1, 1).getFirst();
        String deadline = call.options().value("deadline").orElse("300");
        String query = switch (what) {
            case "start" -> "";
            case "stop" ->
                "?deadline=" + Daemon.encoded(deadline) + (call.options().has("all") ? "&others" : "");
            default -> throw CliException.usage("'" + what + "' is neither start nor stop");
        };
        new OperationSession(call, "/v1/host/actions/" + what + "-guests", "", query, "", what).perform(WAIT);
        return ExitCodes.OK;
    }
}
