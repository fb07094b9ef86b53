package dev.jxl.cli;

import java.util.List;

/** {@code jxl psr-…}: refused, with the reason. */
final class PsrCommand implements Command {
    @Override
    public String operands() {
        return "…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return "Not in jxl; xl beside it has it.\n";
    }

    @Override
    public int run(Call call) {
        throw new CliException(
                ExitCodes.of("host-unsupported"),
                "jxl has no " + call.name() + ": Intel's cache and bandwidth controls (RDT) are set with 'xl "
                        + call.name() + "', which works on jxl's domains too");
    }
}
