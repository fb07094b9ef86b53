package dev.jxl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From arguments to a command: global options, the command's name or a prefix of it, errors to exit codes. */
final class CommandLine {
    private static final String DEFAULT_SOCKET = "/run/jxld/jxld.sock";
    private static final Options.Option HELP = new Options.Option('h', "help", "", "tell how it is used");
    private static final Options.Option SOCKET =
            new Options.Option(' ', "socket", "PATH", "where jxld listens (JXL_SOCKET; " + DEFAULT_SOCKET + ")");

    private CommandLine() {}

    /** Runs one command. */
    static int run(String[] args, Terminal terminal) {
        try {
            return dispatch(args, terminal);
        } catch (CliException e) {
            terminal.flush();
            terminal.note("jxl: " + e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            terminal.flush();
            terminal.note("jxl: " + e.getMessage());
            return ExitCodes.INTERNAL;
        } catch (IllegalArgumentException e) {
            terminal.flush();
            terminal.note(
                    "jxl: jxld's answer cannot be read (" + e.getMessage() + "): are jxl and jxld of one version?");
            return ExitCodes.INTERNAL;
        }
    }

    private static int dispatch(String[] args, Terminal terminal) throws IOException {
        String socket = terminal.environment().getOrDefault("JXL_SOCKET", DEFAULT_SOCKET);
        int i = 0;
        while (i < args.length && args[i].startsWith("-")) {
            String arg = args[i++];
            if (arg.startsWith("--socket=")) {
                socket = arg.substring("--socket=".length());
            } else if (arg.equals("--socket") && i < args.length) {
                socket = args[i++];
            } else if (arg.equals("-h") || arg.equals("--help")) {
                terminal.line(Help.overview());
                return ExitCodes.OK;
            } else if (arg.equals("-V") || arg.equals("--version")) {
                return runCommand("version", List.of(), socket, terminal);
            } else {
                throw CliException.usage("unknown option " + arg + ": 'jxl --help' tells what there is");
            }
        }
        if (i == args.length) {
            terminal.line(Help.overview());
            return ExitCodes.USAGE;
        }
        String name = Commands.require(args[i]);
        return runCommand(name, List.of(args).subList(i + 1, args.length), socket, terminal);
    }

    private static int runCommand(String name, List<String> args, String socket, Terminal terminal) throws IOException {
        Command command = Commands.create(name);
        List<Options.Option> known = new ArrayList<>(command.options());
        known.add(HELP);
        known.add(SOCKET);
        Options options;
        try {
            options = Options.of(known, args);
            if (options.has("help")) {
                terminal.line(Help.of(name, command, known));
                return ExitCodes.OK;
            }
            try (Daemon daemon = new Daemon(Path.of(options.value("socket").orElse(socket)))) {
                return command.run(new Command.Call(name, options, daemon, terminal));
            }
        } catch (CliException e) {
            if (e.exitCode() == ExitCodes.USAGE
                    && !String.valueOf(e.getMessage()).contains(": ")) {
                throw CliException.usage(name + ": " + e.getMessage() + ": " + Help.usage(name, command));
            }
            throw e;
        }
    }
}
