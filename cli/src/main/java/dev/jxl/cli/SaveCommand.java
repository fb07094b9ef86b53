package dev.jxl.cli;

import java.util.List;

/** {@code jxl save [-c|-p] DOMAIN FILE}: jxld writes the file. */
final class SaveCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN FILE";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('c', "checkpoint", "", "let it run on afterwards"),
                new Options.Option('p', "pause", "", "leave it paused afterwards"));
    }

    @Override
    public String description() {
        return """
                FILE gets its name when the guest is in it as a whole, and 'xl restore' reads it too. Whatever goes wrong, a full disk or
                Ctrl-C included, the guest runs on and no half of a file is left. FILE holds the guest's memory: only root may read it.
                """;
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(2, 2);
        boolean runs = call.options().has("checkpoint");
        boolean paused = call.options().has("pause");
        if (runs && paused) {
            throw CliException.usage("-c lets the guest run on, -p leaves it paused: choose one");
        }
        String file = call.terminal().path(given.get(1)).normalize().toString();
        String then = runs ? "run" : paused ? "pause" : "destroy";
        new OperationSession(
                        call,
                        "/v1/domains/" + Daemon.encoded(given.getFirst()) + "/actions/save",
                        "",
                        "?file=" + Daemon.encoded(file) + "&then=" + then,
                        "",
                        given.getFirst())
                .perform("wait=86400");
        return ExitCodes.OK;
    }
}
