package dev.jxl.cli;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code jxl uptime [-s] [DOMAIN…]}. @source tools/xl/xl_info.c: print_uptime, uptime_to_string */
final class UptimeCommand implements Command {
    private static final int DAY = 86400;

    @Override
    public String operands() {
        return "[DOMAIN…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(new Options.Option('s', "short", "", "as uptime(1) tells it"), OUTPUT);
    }

    /** The time of day is that of the caller's time zone. */
    @Override
    public boolean ownProcess(Call call) {
        return call.options().has("short");
    }

    @Override
    public int run(Call call) {
        Set<String> wanted = new HashSet<>();
        for (String domain : call.options().operands()) {
            wanted.add(call.daemon()
                    .object("GET", "/v1/domains/" + Daemon.encoded(domain))
                    .text("domid"));
        }
        String body = call.daemon().text("GET", "/v1/host/uptimes");
        if (call.json()) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        boolean brief = call.options().has("short");
        if (!brief) {
            call.terminal().line("Name                                ID Uptime");
        }
        for (JsonObject domain : JsonReader.objects(body)) {
            if (wanted.isEmpty() || wanted.contains(domain.text("domid"))) {
                call.terminal().line(brief ? brief(domain) : row(domain));
            }
        }
        return ExitCodes.OK;
    }

    private static String brief(JsonObject domain) {
        LocalTime now = LocalTime.now(ZoneId.systemDefault());
        return " " + two(now.getHour(), '0') + ":" + two(now.getMinute(), '0') + ":" + two(now.getSecond(), '0')
                + " up " + duration(domain.number("seconds"), false) + ", " + domain.text("domain") + " ("
                + domain.text("domid") + ")";
    }

    private static String row(JsonObject domain) {
        return new Columns()
                .left(domain.text("domain"), 33)
                .then(" ")
                .right(domain.text("domid"), 4)
                .then(" " + duration(domain.number("seconds"), true))
                .toString();
    }

    private static String duration(long seconds, boolean withSeconds) {
        long days = seconds / DAY;
        long rest = seconds % DAY;
        return (days > 1 ? days + " days, " : days == 1 ? "1 day, " : "") + two(rest / 3600, ' ') + ":"
                + two(rest / 60 % 60, '0') + (withSeconds ? ":" + two(rest % 60, '0') : "");
    }

    private static String two(long number, char filler) {
        return (number < 10 ? String.valueOf(filler) : "") + number;
    }
}
