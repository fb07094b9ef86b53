package dev.jxl.cli;

import java.util.List;
import java.util.Optional;

/**
 * {@code jxl migrate [-s SSHCOMMAND] [-p] [--offline] DOMAIN HOST}: jxld sends the guest.
 *
 * @source tools/xl/xl_migrate.c: main_migrate
 */
final class MigrateCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN [HOST]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('s', "", "SSHCOMMAND", "what leads to HOST, instead of ssh"),
                new Options.Option('p', "paused", "", "leave it paused there"),
                new Options.Option(' ', "offline", "", "suspend it while its memory is sent, as PV guests need it"),
                new Options.Option('e', "", "", "accepted for xl's sake, and passed on to the xl that -s leads to"),
                new Options.Option('F', "", "", "the same"),
                new Options.Option(' ', "live", "", "accepted for xl's sake: without --offline it is live"),
                new Options.Option(' ', "debug", "", "accepted for xl's sake, without effect"),
                new Options.Option(' ', "downtime", "MS", "how long it may stand still in the end (100)"),
                new Options.Option(' ', "auto-converge", "", "slow it if it writes faster than its memory can be sent"),
                new Options.Option(' ', "bandwidth", "MIB", "how much is sent per second at most; for jxl:// only"),
                new Options.Option(
                        ' ', "resolve", "WHERE", "decide for a host that will never answer: here or there; see below"),
                new Options.Option('C', "", "FILE", "refused: xl has it"),
                new Options.Option('D', "", "", "refused: xl has it"));
    }

    @Override
    public String description() {
        return """
                HOST, or USER@HOST, is reached by ssh, which jxld runs as root: root needs a key there, nobody is asked for a password. jxl
                takes the guest there, or xl where there is no jxl. The disks must be there already. With -s, 'SSHCOMMAND HOST xl
                migrate-receive' is run by a shell of this host instead, and with -s '' HOST as a whole, both as xl does it. To 'localhost' the
                guest goes without ssh, and becomes another domain of this host. Until the other host has the guest as a whole, whatever goes
                wrong, Ctrl-C included, lets it go on here.
                jxl://HOST, or jxl://HOST:PORT, is the jxld of another host, by TLS: both write down who has the guest, and find out by themselves
                after a cut link. One that stands still here because the other host does not answer is decided by hand, if it never will: 'jxl migrate
                --resolve=here DOMAIN' lets it go on here (it must not run there), '--resolve=there' removes it here.
                """;
    }

    @Override
    public boolean ownProcess(Call call) {
        return true;
    }

    @Override
    public int run(Call call) {
        Options options = call.options();
        if (options.has("resolve")) {
            return resolve(
                    call,
                    call.operands(1, 1).getFirst(),
                    options.value("resolve").orElse(""));
        }
        List<String> given = call.operands(2, 2);
        refuse(options);
        if (options.has("debug")) {
            call.terminal().note("jxl: warning: --debug has no effect");
        }
        String domain = given.getFirst();
        String host = given.get(1);
        boolean paused = options.has("paused");
        Optional<String> command = options.value("s").map(ssh -> command(ssh, host, options));
        String query = "?to=" + Daemon.encoded(host)
                + command.map(c -> "&command=" + Daemon.encoded(c)).orElse(paused ? "&paused" : "")
                + (options.has("offline") ? "&offline" : "")
                + (options.has("auto-converge") ? "&auto-converge" : "")
                + options.value("downtime")
                        .map(ms -> "&downtime=" + Daemon.encoded(ms))
                        .orElse("")
                + options.value("bandwidth")
                        .map(mib -> "&bandwidth=" + Daemon.encoded(mib))
                        .orElse("");
        JsonObject operation = new OperationSession(
                        call, "/v1/domains/" + Daemon.encoded(domain) + "/actions/migrate", "", query, "", domain)
                .perform("wait=86400");
        call.terminal().line("migrated domain '" + operation.text("domainName") + "' to " + host);
        return ExitCodes.OK;
    }

    private static int resolve(Call call, String domain, String where) {
        if (!where.equals("here") && !where.equals("there")) {
            throw CliException.usage("--resolve is here or there, not '" + where + "'");
        }
        String all = call.daemon().text("GET", "/v1/migrations");
        JsonObject open = JsonReader.objects(all).stream()
                .filter(m -> m.flag("outgoing") && !m.flag("settled"))
                .filter(m -> m.text("domainName").equals(domain)
                        || (m.text("domainName") + "--migratedaway").equals(domain)
                        || m.text("domainUuid").equals(domain))
                .findFirst()
                .orElseThrow(() -> new CliException(
                        ExitCodes.of("wrong-state"),
                        "no migration of '" + domain
                                + "' to another jxld waits for an answer: 'jxl list' shows where it is"));
        String _ = call.daemon()
                .text("POST", "/v1/migrations/" + Daemon.encoded(open.text("id")) + "/actions/resolve?keep=" + where);
        call.terminal()
                .line(
                        where.equals("here")
                                ? "domain '" + open.text("domainName") + "' goes on here"
                                : "domain '" + open.text("domainName") + "' runs on " + open.text("peer")
                                        + "; it is removed here");
        return ExitCodes.OK;
    }

    private static void refuse(Options options) {
        if (options.has("C")) {
            throw new CliException(
                    ExitCodes.of("host-unsupported"),
                    "-C: the other host gets the configuration that the guest has here; 'xl migrate -C' sends another one");
        }
        if (options.has("D")) {
            throw new CliException(
                    ExitCodes.of("host-unsupported"),
                    "-D: the guest gets the next free domid of the other host; 'xl migrate -D' asks for the one it has here");
        }
    }

    /** A wrapper that was written for xl finds the words that xl gives it. */
    private static String command(String ssh, String host, Options options) {
        boolean paused = options.has("paused");
        if (ssh.isEmpty()) {
            if (paused) {
                throw CliException.usage(
                        "-p does not go with -s '': HOST is the whole command then, give its migrate-receive the -p");
            }
            return host;
        }
        boolean attended = !options.has("e") && !options.has("F");
        return "exec " + ssh + " " + host + " xl migrate-receive" + (attended ? "" : " -e") + (paused ? " -p" : "");
    }
}
