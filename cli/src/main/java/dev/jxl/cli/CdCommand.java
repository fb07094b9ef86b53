package dev.jxl.cli;

import java.util.List;

/** {@code jxl cd-insert DOMAIN DEVICE FILE} and {@code cd-eject DOMAIN DEVICE}. @source tools/xl/xl_cdrom.c */
final class CdCommand implements Command {
    private final boolean insert;

    /** For cd-insert, or for cd-eject. */
    CdCommand(boolean insert) {
        this.insert = insert;
    }

    @Override
    public String operands() {
        return insert ? "DOMAIN DEVICE FILE" : "DOMAIN DEVICE";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return "DEVICE is a CD drive as the configuration of the HVM guest names it: hdc. "
                + (insert
                        ? "What was in it is taken out; FILE, an image or a block\ndevice of dom0, is read as it is.\n"
                        : "A guest that uses the\nmedium keeps the drive locked.\n");
    }

    @Override
    public int run(Call call) {
        int count = insert ? 3 : 2;
        List<String> given = call.operands(count, count);
        String file = insert ? "&file=" + Daemon.encoded(given.get(2)) + "&folder=" + Configuration.folder(call) : "";
        String _ = call.daemon()
                .text(
                        "POST",
                        "/v1/domains/" + Daemon.encoded(given.getFirst()) + "/actions/" + call.name()
                                + "?wait=60&drive=" + Daemon.encoded(given.get(1)) + file);
        return ExitCodes.OK;
    }
}
