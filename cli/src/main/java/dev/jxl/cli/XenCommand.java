package dev.jxl.cli;

import java.util.List;

/** {@code jxl debug-keys KEYS} and {@code jxl set-parameters PARAMETERS}. @source tools/xl/xl_misc.c */
final class XenCommand implements Command {
    private final boolean keys;

    /** For debug-keys, or for set-parameters. */
    XenCommand(boolean keys) {
        this.keys = keys;
    }

    @Override
    public String operands() {
        return keys ? "KEYS" : "PARAMETERS";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return keys
                ? "Xen answers into its log ('jxl dmesg'); the key h lists the keys.\n"
                : "PARAMETERS are as on Xen's command line: name=value, name or no-name, with spaces between.\n";
    }

    @Override
    public int run(Call call) {
        String text = String.join(" ", call.operands(1, keys ? 1 : Integer.MAX_VALUE));
        String path = keys ? "debug-keys?keys=" : "set-parameters?parameters=";
        call.daemon().text("POST", "/v1/host/actions/" + path + Daemon.encoded(text));
        return ExitCodes.OK;
    }
}
