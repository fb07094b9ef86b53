package dev.jxl.cli;

import java.util.List;

/** {@code jxl driver list|show|lint|drain|undrain|restart|upgrade}: domains that serve disks and nics of other domains. */
final class DriverCommand implements Command {
    private static final String PATH = "/v1/driver-domains";
    private static final List<String> PARTS =
            List.of("drained", "fenced", "gone", "rebuilt", "ready", "connected", "moving");

    @Override
    public String operands() {
        return "list|show NAME|lint [NAME]|drain NAME|undrain NAME|restart NAME|upgrade NAME [FILE]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option(
                        'f', "force", "", "restart: without draining it first; a disk that cannot go on then is dead"),
                OUTPUT);
    }

    @Override
    public String description() {
        return """
            'list' shows the driver domains of this host, 'show' one with its clients, its heartbeat and its last outage.
            'lint' tells what weakens the wall between one, or all, and the rest of the host; exit code 19: more than notes.
            'restart' takes one away and makes it again under its number: its clients run on, and wait meanwhile. One whose
            kernel serves them is drained first. 'drain' does only that: it finishes what its clients have asked of it and takes
            nothing more; they wait until 'undrain', or a restart. 'upgrade' puts another jxl-backend, FILE or the one that came with
            this jxl, into one that runs on; when it does not serve the clients, the one before does. Its image stays as it is:
            make that again, too.
            """;
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(1, 3);
        String what = given.getFirst();
        if (!what.equals("list") && !what.equals("lint") && given.size() < 2) {
            throw CliException.usage("NAME is missing");
        }
        if (given.size() > 2 && !what.equals("upgrade")) {
            throw CliException.usage("'" + given.get(2) + "' is one word too many");
        }
        return switch (what) {
            case "list" -> list(call);
            case "lint" -> lint(call, given);
            case "show" -> show(call, path(given.get(1)));
            case "drain", "undrain" -> Change.perform(call, "POST", path(given.get(1)) + "/actions/" + what);
            case "upgrade" -> Change.perform(call, "POST", path(given.get(1)) + "/actions/upgrade" + file(call, given));
            case "restart" ->
                Change.perform(
                        call,
                        "POST",
                        path(given.get(1)) + "/actions/restart"
                                + (call.options().has("force") ? "?force" : ""));
            default ->
                throw CliException.usage(
                        "'" + what + "' is none of list, show, lint, drain, undrain, restart and upgrade");
        };
    }

    private static String file(Call call, List<String> given) {
        return given.size() < 3
                ? ""
                : "?file=" + Daemon.encoded(given.get(2)) + "&folder=" + Configuration.folder(call);
    }

    private static String path(String name) {
        return PATH + "/" + Daemon.encoded(name);
    }

    private static int list(Call call) {
        call.operands(1, 1);
        boolean json = call.json();
        String body = call.daemon().text("GET", PATH);
        if (json) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        line(call, "Name", "ID", "State", "Ready", "Beat", "Devices", "Last outage");
        for (JsonObject driver : JsonReader.objects(body)) {
            line(
                    call,
                    driver.text("name"),
                    driver.text("domid"),
                    driver.text("state"),
                    ready(driver, "-"),
                    beat(driver),
                    Integer.toString(driver.objects("devices").size()),
                    driver.has("lastOutage") ? driver.object("lastOutage").text("seconds") + " s" : "-");
        }
        return ExitCodes.OK;
    }

    private static void line(
            Call call, String name, String id, String state, String ready, String beat, String devices, String outage) {
        call.terminal()
                .line(new Columns()
                        .left(name, 24)
                        .right(id, 6)
                        .then("  ")
                        .left(state, 10)
                        .left(ready, 7)
                        .left(beat, 10)
                        .left(devices, 9)
                        .then(outage)
                        .toString());
    }

    /** What its program says; a kernel's backends say nothing, and one that boots nothing yet. */
    private static String ready(JsonObject driver, String unsaid) {
        return driver.flag("ready") ? "yes" : driver.has("heartbeatAgeMillis") ? "no" : unsaid;
    }

    private static String beat(JsonObject driver) {
        return driver.has("heartbeatAgeMillis") ? driver.text("heartbeatAgeMillis") + " ms" : "-";
    }

    private static int lint(Call call, List<String> given) {
        boolean json = call.json();
        List<String> names = given.size() > 1
                ? List.of(given.get(1))
                : JsonReader.objects(call.daemon().text("GET", PATH)).stream()
                        .map(driver -> driver.text("name"))
                        .toList();
        List<HostFinding> found = names.stream()
                .flatMap(name -> call.daemon().object("GET", path(name) + "/lint").objects("findings").stream())
                .map(HostFinding::of)
                .toList();
        boolean healthy = found.stream().allMatch(HostFinding::harmless);
        if (json) {
            call.terminal()
                    .line(new JsonBody()
                            .bool("healthy", healthy)
                            .list(
                                    "findings",
                                    found.stream().map(HostFinding::json).toList())
                            .toString());
        } else {
            DoctorReport.print(call.terminal(), found);
            call.terminal().line(healthy ? "Nothing weakens " + ofWhom(names) + "." : "See above.");
        }
        return healthy ? ExitCodes.OK : ExitCodes.FINDINGS;
    }

    private static String ofWhom(List<String> names) {
        return names.size() == 1 ? "driver domain '" + names.getFirst() + "'" : names.size() + " driver domains";
    }

    private static int show(Call call, String path) {
        boolean json = call.json();
        String body = call.daemon().text("GET", path);
        if (json) {
            call.terminal().line(body);
            return ExitCodes.OK;
        }
        JsonObject driver = JsonReader.object(body);
        Terminal terminal = call.terminal();
        terminal.line("name        " + driver.text("name"));
        terminal.line("uuid        " + driver.text("uuid"));
        terminal.line("domid       " + driver.text("domid"));
        terminal.line("state       " + driver.text("state"));
        terminal.line("supervised  " + (driver.flag("supervised") ? "yes" : "no"));
        terminal.line("ready       " + ready(driver, "nothing in it says so"));
        if (driver.has("version")) {
            terminal.line("program     " + driver.text("version"));
        }
        terminal.line("heartbeat   " + (driver.has("heartbeatAgeMillis") ? beat(driver) + " ago" : "none"));
        restarts(terminal, driver.object("restarts"));
        for (JsonObject device : driver.objects("devices")) {
            terminal.line("device      " + device(device));
        }
        if (driver.has("lastOutage")) {
            outage(terminal, driver.object("lastOutage"));
        }
        return ExitCodes.OK;
    }

    private static void restarts(Terminal terminal, JsonObject restarts) {
        if (restarts.number("quickStops") > 0) {
            terminal.line("failures    " + restarts.text("quickStops") + " in a row"
                    + (restarts.has("notBefore") ? ", the next start at " + restarts.text("notBefore") : ""));
        }
        if (restarts.has("givenUp")) {
            terminal.line("given up    " + restarts.text("givenUp"));
        }
    }

    private static String device(JsonObject device) {
        boolean disk = device.text("kind").equals("vbd");
        String counts = "";
        if (device.has("taken")) {
            String taken = device.text("taken");
            String answered = device.text("answered");
            counts = disk
                    ? ", " + answered + " of " + taken + " answered"
                    : ", " + taken + " frames sent, " + answered + " received";
        }
        return device.text("kind") + " " + device.text("devid") + " of '" + device.text("client") + "' ("
                + device.text("domid") + "), states " + device.text("state") + "/" + device.text("backendState")
                + (device.flag("exact") ? "" : ", not exact: a crash " + (disk ? "ends it" : "may end it")) + counts;
    }

    private static void outage(Terminal terminal, JsonObject outage) {
        terminal.line(
                "last outage " + outage.text("seconds") + " s at " + outage.text("at") + ": " + outage.text("why"));
        JsonObject reached = outage.object("reached");
        for (String part : PARTS) {
            if (reached.has(part)) {
                terminal.line("            " + new Columns().left(part, 10).right(reached.text(part), 8) + " s");
            }
        }
    }
}
