package dev.jxl.cli;

import java.util.List;

/** {@code jxl rename|sysrq|dump-core DOMAIN ARGUMENT}: an action that takes one argument. */
final class NamedActionCommand implements Command {
    private final String operand;
    private final String parameter;
    private final String description;

    /**
     * An action.
     *
     * @param operand what the argument is called in the usage
     * @param parameter what the API calls it; {@code file}: a path, which is made absolute
     */
    NamedActionCommand(String operand, String parameter, String description) {
        this.operand = operand;
        this.parameter = parameter;
        this.description = description;
    }

    @Override
    public String operands() {
        return "DOMAIN " + operand;
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(2, 2);
        String argument = given.get(1);
        if (parameter.equals("file")) {
            argument = call.terminal().path(argument).normalize().toString();
        }
        String path = "/v1/domains/" + Daemon.encoded(given.getFirst()) + "/actions/" + call.name();
        new OperationSession(call, path, "", "?" + parameter + "=" + Daemon.encoded(argument), "", given.getFirst())
                .perform("wait=86400");
        return ExitCodes.OK;
    }
}
