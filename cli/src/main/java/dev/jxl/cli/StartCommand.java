package dev.jxl.cli;

import java.util.List;

/** {@code jxl start [-p] DOMAIN…}. */
final class StartCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option('p', "paused", "", "leave it paused"));
    }

    @Override
    public String description() {
        return "Starts defined domains, and such as have stopped and were left as they are.\n";
    }

    @Override
    public int run(Call call) {
        String paused = call.options().has("paused") ? "&paused" : "";
        return ActionCommand.each(call, call.operands(1, Integer.MAX_VALUE), "?wait=86400" + paused);
    }
}
