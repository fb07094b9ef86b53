package dev.jxl.cli;

import java.io.IOException;
import java.util.List;

/** {@code jxl config-update DOMAIN FILE [KEY=VALUE…]}. */
final class ConfigUpdateCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN FILE [KEY=VALUE…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('f', "defconfig", "FILE", "the configuration, as for xl"),
                new Options.Option('d', "debug", "", "accepted for xl's sake: 'jxl list -l' shows the result"));
    }

    @Override
    public String description() {
        return """
                The running domain stays as it is; the configuration is what it is made of when it is started again.
                """;
    }

    @Override
    public boolean ownProcess(Call call) {
        List<String> given = call.options().operands();
        return !given.isEmpty() && Configuration.ownProcess(call, given.subList(1, given.size()));
    }

    @Override
    public int run(Call call) throws IOException {
        List<String> given = call.operands(1, Integer.MAX_VALUE);
        Configuration configuration = Configuration.of(call, given.subList(1, given.size()));
        String path = "/v1/domains/" + Daemon.encoded(given.getFirst()) + "/actions/config-update";
        new OperationSession(
                        call,
                        path,
                        configuration.headers(),
                        configuration.query(),
                        configuration.body(),
                        configuration.file())
                .perform("wait=300");
        return ExitCodes.OK;
    }
}
