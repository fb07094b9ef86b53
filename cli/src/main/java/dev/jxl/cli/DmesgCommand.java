package dev.jxl.cli;

import java.util.List;

/** {@code jxl dmesg [-c]}. */
final class DmesgCommand implements Command {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option('c', "clear", "", "empty the ring afterwards"));
    }

    @Override
    public int run(Call call) {
        call.operands(0, 0);
        String query = call.options().has("clear") ? "?clear" : "";
        call.terminal().out().print(call.daemon().text("GET", "/v1/host/dmesg" + query));
        return ExitCodes.OK;
    }
}
