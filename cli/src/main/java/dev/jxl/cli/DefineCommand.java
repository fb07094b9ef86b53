package dev.jxl.cli;

import java.io.IOException;
import java.util.List;

/** {@code jxl define FILE [KEY=VALUE…]}. */
final class DefineCommand implements Command {
    @Override
    public String operands() {
        return "FILE [KEY=VALUE…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('f', "defconfig", "FILE", "the configuration, as for create"),
                new Options.Option(' ', "new", "", "refuse when it is defined already"),
                OUTPUT);
    }

    @Override
    public String description() {
        return """
                A defined domain stays known while it does not run: 'jxl list --all' shows it, 'jxl start' starts it, 'jxl
                autostart' has the host start it. Defined again, it keeps its UUID and its MAC addresses; a running one goes on as it
                is. FILE is as for 'jxl create'.
                """;
    }

    @Override
    public boolean ownProcess(Call call) {
        return Configuration.ownProcess(call, call.options().operands());
    }

    @Override
    public int run(Call call) throws IOException {
        boolean json = call.json();
        Configuration configuration = Configuration.of(call, call.options().operands());
        String headers = configuration.headers() + (call.options().has("new") ? "If-None-Match: *\r\n" : "");
        Daemon.Reply reply = call.daemon()
                .reply("POST", "/v1/definitions" + configuration.query(), headers, configuration.body())
                .requireOk();
        JsonObject defined = JsonReader.object(reply.body());
        call.terminal()
                .line(
                        json
                                ? reply.body()
                                : "defined domain '" + defined.text("name") + "' (" + defined.text("uuid") + ")");
        return ExitCodes.OK;
    }
}
