package dev.jxl.cli;

import java.util.List;

/** {@code jxl help [COMMAND|exit-codes]}. */
final class HelpCommand implements Command {
    @Override
    public String operands() {
        return "[COMMAND|exit-codes]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public int run(Call call) {
        List<String> about = call.operands(0, 1);
        if (about.isEmpty()) {
            call.terminal().line(Help.overview());
        } else if (about.getFirst().equals("exit-codes")) {
            call.terminal().line(Help.exitCodes());
        } else {
            String name = Commands.require(about.getFirst());
            Command command = Commands.create(name);
            call.terminal().line(Help.of(name, command));
        }
        return ExitCodes.OK;
    }
}
