package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code jxl shutdown|reboot [-a] [-w] [-F] DOMAIN…}.
 *
 * @source tools/xl/xl_vmcontrol.c: main_shutdown_or_reboot
 */
final class StopCommand implements Command {
    private static final int LONGEST_WAIT_SECONDS = 24 * 3600;

    @Override
    public String operands() {
        return "-a | DOMAIN…";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('a', "all", "", "every domain but dom0"),
                new Options.Option('w', "wait", "", "wait until it is done"),
                new Options.Option('F', "fallback-acpi", "", "use ACPI when the guest has no PV drivers"));
    }

    @Override
    public int run(Call call) {
        boolean all = call.options().has("all");
        boolean wait = call.options().has("wait");
        List<String> domains = call.options().operands();
        if (all == !domains.isEmpty()) {
            throw CliException.usage(all ? "-a and DOMAIN exclude each other" : "name domains, or give -a for all");
        }
        if (all) {
            domains = guests(call);
        }
        String acpi = call.options().has("fallback-acpi") ? "&fallback-acpi" : "";
        // All are asked before the first is waited for: they stop side by side.
        int code = ActionCommand.each(
                call, domains, wait && domains.size() > 1 ? "?until-gone" + acpi : first(wait, acpi));
        return wait && domains.size() > 1 ? Math.max(code, await(call, domains)) : code;
    }

    private static String first(boolean wait, String acpi) {
        return wait ? "?wait=" + LONGEST_WAIT_SECONDS + "&until-gone" + acpi : "?wait=60" + acpi;
    }

    private static List<String> guests(Call call) {
        List<String> domains = new ArrayList<>();
        for (JsonObject domain : JsonReader.objects(call.daemon().text("GET", "/v1/domains"))) {
            if (domain.number("domid") != 0) {
                domains.add(domain.text("domid"));
            }
        }
        return domains;
    }

    private static int await(Call call, List<String> domains) {
        int code = ExitCodes.OK;
        for (JsonObject running : JsonReader.objects(call.daemon().text("GET", "/v1/operations"))) {
            boolean ours = running.text("kind").equals(call.name())
                    && (domains.contains(running.text("domid")) || domains.contains(running.text("domainName")));
            if (!ours || !running.text("status").equals("running")) {
                continue;
            }
            JsonObject ended = call.daemon()
                    .object(
                            "GET",
                            "/v1/operations/" + Daemon.encoded(running.text("id")) + "?wait=" + LONGEST_WAIT_SECONDS);
            if (ended.has("failure")) {
                JsonObject failure = ended.object("failure");
                call.terminal().note("jxl: " + failure.text("message"));
                code = code == ExitCodes.OK ? ExitCodes.of(failure.text("code")) : code;
            }
        }
        return code;
    }
}
