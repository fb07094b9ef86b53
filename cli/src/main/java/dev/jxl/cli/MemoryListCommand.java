package dev.jxl.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code jxl claims} and {@code jxl sharing [DOMAIN]}: xl's columns.
 *
 * @source tools/xl/xl_info.c: main_claims, list_domains; tools/xl/xl_mem.c: sharing
 */
final class MemoryListCommand implements Command {
    private final boolean claims;

    /** For claims, or for sharing. */
    MemoryListCommand(boolean claims) {
        this.claims = claims;
    }

    @Override
    public String operands() {
        return claims ? "" : "[DOMAIN]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(OUTPUT);
    }

    @Override
    public int run(Call call) {
        List<String> wanted = call.operands(0, claims ? 0 : 1);
        String body = wanted.isEmpty()
                ? call.daemon().text("GET", "/v1/host/memory")
                : "[" + call.daemon().text("GET", "/v1/domains/" + Daemon.encoded(wanted.getFirst()) + "/memory") + "]";
        if (call.json()) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        if (claims) {
            printClaims(call, JsonReader.objects(body));
        } else {
            call.terminal().line("Name                                        ID   Mem Shared");
            JsonReader.objects(body).forEach(memory -> call.terminal().line(sharing(memory)));
        }
        return ExitCodes.OK;
    }

    private static void printClaims(Call call, List<JsonObject> memories) {
        Map<String, JsonObject> byDomid = new HashMap<>();
        memories.forEach(memory -> byDomid.put(memory.text("domid"), memory));
        call.terminal().line(ListCommand.HEAD + "  Claimed");
        for (JsonObject domain : JsonReader.objects(call.daemon().text("GET", "/v1/domains"))) {
            JsonObject memory = byDomid.getOrDefault(domain.text("domid"), new JsonObject(Map.of()));
            call.terminal()
                    .line(new Columns()
                            .then(ListCommand.row(domain))
                            .then(" ")
                            .right(memory.number("claimedKib") / 1024, 5)
                            .toString());
        }
    }

    private static String sharing(JsonObject memory) {
        return new Columns()
                .left(memory.text("domain"), 40)
                .then(" ")
                .right(memory.text("domid"), 5)
                .then(" ")
                .right((memory.number("usedKib") + memory.number("claimedKib")) / 1024, 5)
                .then("  ")
                .right(memory.number("sharedKib") / 1024, 5)
                .toString();
    }
}
