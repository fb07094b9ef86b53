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
        return "DOMAIN HOST";
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
                new Options.Option('C', "", "FILE", "refused: xl has it"),
                new Options.Option('D', "", "", "refused: xl has it"));
    }

    @Override
    public String description() {
        return """
                HOST, or USER@HOST, is reached by ssh, which jxld runs as root: root needs a key there, nobody is asked for a password. jxl
                takes the guest there, or xl where there is no jxl. The disks must be there already. With -s, 'SSHCOMMAND HOST xl
                migrate-receive' is run by a shell of this host instead, and with -s '' HOST as a whole, both as xl does it. To 'localhost' the
                guest goes without ssh, and becomes another domain of this host. Until the other host has the guest as a whole, whatever goes wrong, Ctrl-C included, lets it go on here.
                """;
    }

    @Override
    public int run(Call call) {
        List<String> given = call.operands(2, 2);
        Options options = call.options();
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
                + (options.has("offline") ? "&offline" : "");
        JsonObject operation = new OperationSession(
                        call, "/v1/domains/" + Daemon.encoded(domain) + "/actions/migrate", "", query, "", domain)
                .perform("wait=86400");
        call.terminal().line("migrated domain '" + operation.text("domainName") + "' to " + host);
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
