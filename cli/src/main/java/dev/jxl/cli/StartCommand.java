package dev.jxl.cli;

import java.util.List;

/** {@code jxl start [-p] [--discard-save] DOMAIN…}. */
final class StartCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('p', "paused", "", "leave it paused"),
                new Options.Option(
                        ' ', "discard-save", "", "boot it, and throw away what was saved when the host stopped"));
    }

    @Override
    public String description() {
        return """
                Starts defined domains, and such as have stopped and were left as they are. One that was saved when the host stopped
                (on_host_stop="save" in its configuration) goes on where it was; where that cannot be used, it boots, with a warning.
                """;
    }

    @Override
    public int run(Call call) {
        String paused = call.options().has("paused") ? "&paused" : "";
        String discard = call.options().has("discard-save") ? "&discard-save" : "";
        return ActionCommand.each(call, call.operands(1, Integer.MAX_VALUE), "?wait=86400" + paused + discard);
    }
}
