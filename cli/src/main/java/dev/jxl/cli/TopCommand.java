package dev.jxl.cli;

import java.io.IOException;
import java.util.List;

/** {@code jxl top}: Xen's own xentop. @source tools/xl/xl_info.c: main_top */
final class TopCommand implements Command {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public boolean ownProcess(Call call) {
        return true;
    }

    @Override
    public int run(Call call) {
        call.operands(0, 0);
        call.terminal().flush();
        try {
            return new ProcessBuilder("xentop")
                    .inheritIO()
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
        } catch (IOException e) {
            throw new CliException(
                    ExitCodes.of("host-unsupported"),
                    "xentop cannot be run: install Xen's tools (Debian: xen-utils-common) for 'jxl top'");
        }
    }
}
