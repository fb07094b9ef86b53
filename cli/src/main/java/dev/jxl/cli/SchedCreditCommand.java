package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code jxl sched-credit} and {@code jxl sched-credit2}: a domain's share, or how a cpupool's scheduler works.
 *
 * @source tools/xl/xl_sched.c: main_sched_credit, main_sched_credit2
 */
final class SchedCreditCommand implements Command {
    private static final String HEAD = "Name                                ID Weight  Cap";
    private final boolean second;

    /** For credit2, or for credit. */
    SchedCreditCommand(boolean second) {
        this.second = second;
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        List<Options.Option> all = new ArrayList<>(List.of(
                new Options.Option('d', "domain", "DOMAIN", "this domain's share"),
                new Options.Option('w', "weight", "WEIGHT", "set its weight, 1 to 65535"),
                new Options.Option('c', "cap", "CAP", "set the most it gets, percent of one CPU; 0: no limit"),
                new Options.Option('s', "schedparam", "", "how the scheduler of a cpupool works"),
                new Options.Option('r', "ratelimit_us", "MICROS", "with -s: set the rate limit"),
                new Options.Option('p', "cpupool", "POOL", "this cpupool only; with -s: not the first one")));
        if (!second) {
            all.add(new Options.Option('t', "tslice_ms", "MILLIS", "with -s: set the time slice"));
            all.add(new Options.Option('m', "migration_delay_us", "MICROS", "with -s: set the migration delay"));
        }
        all.add(OUTPUT);
        return List.copyOf(all);
    }

    private String scheduler() {
        return second ? "credit2" : "credit";
    }

    @Override
    public int run(Call call) {
        call.operands(0, 0);
        Optional<String> domain = call.options().value("domain");
        Optional<String> pool = call.options().value("cpupool");
        boolean shares = given(call, "weight") || given(call, "cap");
        boolean parameters = call.options().has("schedparam");
        boolean tunes = given(call, "ratelimit_us")
                || (!second && (given(call, "tslice_ms") || given(call, "migration_delay_us")));
        if ((pool.isPresent() || parameters) && (domain.isPresent() || shares)) {
            throw CliException.usage("-p and -s are about a cpupool, -d, -w and -c about a domain: not both");
        }
        if (shares && domain.isEmpty()) {
            throw CliException.usage("-w and -c need a domain: -d DOMAIN");
        }
        if (tunes && !parameters) {
            throw CliException.usage("-s is missing: the other options say how the scheduler is to work");
        }
        if (parameters) {
            return tunes ? tune(call, pool.orElse("0")) : showPool(call, pool.orElse("0"));
        }
        return domain.isEmpty() ? list(call, pool) : shares ? share(call, domain.get()) : show(call, domain.get());
    }

    private static boolean given(Call call, String option) {
        return call.options().value(option).isPresent();
    }

    private int share(Call call, String domain) {
        JsonBody body = new JsonBody()
                .text("scheduler", scheduler())
                .number("weight", Change.number(call, "weight"))
                .number("cap", Change.number(call, "cap"));
        return Change.ofDomain(call, domain, "scheduler", body);
    }

    private int tune(Call call, String pool) {
        JsonBody body = new JsonBody()
                .text("scheduler", scheduler())
                .number("ratelimitMicros", Change.number(call, "ratelimit_us"));
        if (!second) {
            body.number("timesliceMillis", Change.number(call, "tslice_ms"))
                    .number("migrationDelayMicros", Change.number(call, "migration_delay_us"));
        }
        return Change.perform(call, "PUT", "/v1/cpupools/" + Daemon.encoded(pool) + "/scheduler", body);
    }

    private int showPool(Call call, String pool) {
        String body = call.daemon().text("GET", "/v1/cpupools/" + Daemon.encoded(pool));
        call.terminal().line(call.json() ? body : poolLine(JsonReader.object(body)));
        return ExitCodes.OK;
    }

    private String poolLine(JsonObject pool) {
        String start = "Cpupool " + pool.text("name") + ": ";
        if (!pool.text("scheduler").equals(scheduler()) || !pool.has("ratelimitMicros")) {
            return start + "[sched params unavailable]";
        }
        return second
                ? start + "ratelimit=" + pool.text("ratelimitMicros") + "us"
                : start + "tslice=" + pool.text("timesliceMillis") + "ms ratelimit=" + pool.text("ratelimitMicros")
                        + "us migration-delay=" + pool.text("migrationDelayMicros") + "us";
    }

    private int show(Call call, String domain) {
        String body = call.daemon().text("GET", "/v1/domains/" + Daemon.encoded(domain) + "/scheduler");
        JsonObject share = JsonReader.object(body);
        if (!share.text("scheduler").equals(scheduler())) {
            throw new CliException(
                    ExitCodes.of("wrong-state"),
                    "domain '" + share.text("domain") + "' has the " + share.text("scheduler") + " scheduler, not "
                            + scheduler());
        }
        call.terminal().line(call.json() ? body : HEAD + "\n" + row(share));
        return ExitCodes.OK;
    }

    private static String row(JsonObject share) {
        return new Columns()
                .left(share.text("domain"), 33)
                .then(" ")
                .right(share.text("domid"), 4)
                .then(" ")
                .right(share.text("weight"), 6)
                .then(" ")
                .right(share.text("cap"), 4)
                .toString();
    }

    private int list(Call call, Optional<String> wanted) {
        String shares = call.daemon().text("GET", "/v1/host/schedulers");
        if (call.json()) {
            call.terminal().line(shares);
            return ExitCodes.OK;
        }
        for (JsonObject pool : SchedRtdsCommand.pools(call, wanted, scheduler())) {
            call.terminal().line(poolLine(pool));
            call.terminal().line(HEAD);
            for (JsonObject share : JsonReader.objects(shares)) {
                if (share.number("cpupool") == pool.number("id")) {
                    call.terminal().line(row(share));
                }
            }
        }
        return ExitCodes.OK;
    }
}
