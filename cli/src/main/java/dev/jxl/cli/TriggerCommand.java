package dev.jxl.cli;

import java.util.List;

/** {@code jxl trigger DOMAIN NAME [VCPU]}, and its older form {@code button-press}. @source tools/xl/xl_misc.c: main_trigger */
final class TriggerCommand implements Command {
    private final boolean button;

    /** For trigger, or for button-press. */
    TriggerCommand(boolean button) {
        this.button = button;
    }

    @Override
    public String operands() {
        return button ? "DOMAIN BUTTON" : "DOMAIN NAME [VCPU]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of();
    }

    @Override
    public String description() {
        return button ? "BUTTON is power or sleep. 'jxl trigger' does the same and more.\n" : """
                NAME is nmi (an interrupt that the guest cannot ignore; to VCPU, 0 where not given), power or sleep (ACPI's
                buttons, for HVM guests), reset (HVM), s3resume (wakes an HVM guest that sleeps), or init, which Xen on x86
                refuses.
                """;
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(2, button ? 2 : 3);
        String name = given.get(1);
        if (button && !name.equals("power") && !name.equals("sleep")) {
            throw CliException.usage("a button is power or sleep, not '" + name + "'");
        }
        String vcpu = given.size() > 2 ? "&vcpu=" + Change.number("VCPU", given.get(2)) : "";
        String path = "/v1/domains/" + Daemon.encoded(given.getFirst()) + "/actions/trigger?wait=60&name="
                + Daemon.encoded(name) + vcpu;
        String _ = call.daemon().text("POST", path);
        return ExitCodes.OK;
    }
}
