package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code jxl sched-rtds}: what the vCPUs of domains get under the real-time scheduler.
 *
 * @source tools/xl/xl_sched.c: main_sched_rtds
 */
final class SchedRtdsCommand implements Command {
    private static final String HEAD = "Name                                ID    Period    Budget  Extratime";
    private static final String VCPU_HEAD =
            "Name                                ID VCPU    Period    Budget  Extratime";

    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('d', "domain", "DOMAIN", "this domain"),
                new Options.Option('v', "vcpuid", "VCPU", "this vCPU (may be repeated), or all"),
                new Options.Option('p', "period", "MICROS", "set the period; once for each -v"),
                new Options.Option('b', "budget", "MICROS", "set the budget; once for each -v"),
                new Options.Option('e', "extratime", "0|1", "may it have what is left over; once for each -v"),
                new Options.Option('c', "cpupool", "POOL", "this cpupool only"),
                OUTPUT);
    }

    @Override
    public int run(Call call) {
        call.operands(0, 0);
        Optional<String> domain = call.options().value("domain");
        Optional<String> pool = call.options().value("cpupool");
        List<String> vcpus = call.options().values("vcpuid");
        boolean all = vcpus.contains("all");
        List<JsonBody> budgets = budgets(call, all ? List.of() : vcpus);
        if (pool.isPresent() && (domain.isPresent() || !vcpus.isEmpty() || !budgets.isEmpty())) {
            throw CliException.usage("-c lists a cpupool, and goes with no other option");
        }
        if (domain.isEmpty() && (!budgets.isEmpty() || (!vcpus.isEmpty() && !all))) {
            throw CliException.usage("-d DOMAIN is missing");
        }
        if (all && vcpus.size() > 1) {
            throw CliException.usage("-v is 'all', or numbers of vCPUs");
        }
        if (!budgets.isEmpty()) {
            JsonBody body = all ? budgets.getFirst() : new JsonBody().objects("vcpus", budgets);
            return Change.ofDomain(call, domain.orElseThrow(), "scheduler", body);
        }
        return domain.isEmpty() ? list(call, pool, all) : show(call, domain.get(), vcpus);
    }

    private static List<JsonBody> budgets(Call call, List<String> vcpus) {
        List<String> periods = call.options().values("period");
        List<String> budgets = call.options().values("budget");
        List<String> extras = call.options().values("extratime");
        int count = periods.size();
        if (count == 0 && budgets.isEmpty() && extras.isEmpty()) {
            return List.of();
        }
        if (budgets.size() != count || extras.size() != count || count != Math.max(1, vcpus.size())) {
            throw CliException.usage("-p, -b and -e are given together, once for each -v");
        }
        if (call.options().values("vcpuid").isEmpty()) {
            throw CliException.usage("-v is missing: a number, or all");
        }
        List<JsonBody> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!extras.get(i).equals("0") && !extras.get(i).equals("1")) {
                throw CliException.usage("-e is 0 or 1, not '" + extras.get(i) + "'");
            }
            JsonBody body = new JsonBody();
            if (!vcpus.isEmpty()) {
                body.number("vcpu", Change.number("-v", vcpus.get(i)));
            }
            all.add(body.number("periodMicros", Change.number("-p", periods.get(i)))
                    .number("budgetMicros", Change.number("-b", budgets.get(i)))
                    .flag("extratime", extras.get(i).equals("1")));
        }
        return List.copyOf(all);
    }

    /** The cpupools with that scheduler. */
    static List<JsonObject> pools(Call call, Optional<String> wanted, String scheduler) {
        String body = wanted.map(pool -> "[" + call.daemon().text("GET", "/v1/cpupools/" + Daemon.encoded(pool)) + "]")
                .orElseGet(() -> call.daemon().text("GET", "/v1/cpupools"));
        List<JsonObject> fitting = new ArrayList<>();
        for (JsonObject pool : JsonReader.objects(body)) {
            if (pool.text("scheduler").equals(scheduler)) {
                fitting.add(pool);
            }
        }
        return fitting;
    }

    private static int list(Call call, Optional<String> wanted, boolean vcpus) {
        String shares = call.daemon().text("GET", "/v1/host/schedulers");
        if (call.json()) {
            call.terminal().line(shares);
            return ExitCodes.OK;
        }
        for (JsonObject pool : pools(call, wanted, "rtds")) {
            call.terminal().line("Cpupool " + pool.text("name") + ": sched=RTDS");
            call.terminal().line(vcpus ? VCPU_HEAD : HEAD);
            for (JsonObject share : JsonReader.objects(shares)) {
                if (share.number("cpupool") == pool.number("id")) {
                    print(call, share, vcpus, List.of());
                }
            }
        }
        return ExitCodes.OK;
    }

    private static int show(Call call, String domain, List<String> vcpus) {
        String body = call.daemon().text("GET", "/v1/domains/" + Daemon.encoded(domain) + "/scheduler");
        JsonObject share = JsonReader.object(body);
        if (!share.text("scheduler").equals("rtds")) {
            throw new CliException(
                    ExitCodes.of("wrong-state"),
                    "domain '" + share.text("domain") + "' has the " + share.text("scheduler")
                            + " scheduler, not rtds");
        }
        if (call.json()) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        call.terminal().line(vcpus.isEmpty() ? HEAD : VCPU_HEAD);
        print(call, share, !vcpus.isEmpty(), vcpus.contains("all") ? List.of() : vcpus);
        return ExitCodes.OK;
    }

    private static void print(Call call, JsonObject share, boolean vcpus, List<String> only) {
        if (!vcpus) {
            call.terminal().line(budget(start(share), share).toString());
            return;
        }
        for (JsonObject vcpu : share.objects("vcpus")) {
            if (only.isEmpty() || only.contains(vcpu.text("vcpu"))) {
                Columns line = start(share).then(" ").right(vcpu.text("vcpu"), 4);
                call.terminal().line(budget(line, vcpu).toString());
            }
        }
    }

    private static Columns start(JsonObject share) {
        return new Columns().left(share.text("domain"), 33).then(" ").right(share.text("domid"), 4);
    }

    private static Columns budget(Columns line, JsonObject budget) {
        return line.then(" ")
                .right(budget.text("periodMicros"), 9)
                .then(" ")
                .right(budget.text("budgetMicros"), 9)
                .then(" ")
                .right(budget.flag("extratime") ? "yes" : "no", 10);
    }
}
