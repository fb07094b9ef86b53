package dev.jxl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** From arguments to a command: global options, the command's name or a prefix of it, errors to exit codes. */
final class Invocation {
    static final String DEFAULT_SOCKET = "/run/jxld/jxld.sock";

    private Invocation() {}

    /** Runs one command. */
    static int run(String[] args, Terminal terminal) {
        try {
            return dispatch(List.of(args), terminal);
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

    private static int dispatch(List<String> args, Terminal terminal) throws IOException {
        String socket = terminal.environment().getOrDefault("JXL_SOCKET", DEFAULT_SOCKET);
        List<String> rest = args;
        // Mostly the command comes first, and there is nothing to read before it.
        if (!args.isEmpty() && args.getFirst().startsWith("-")) {
            Options global = global(args);
            if (global.has("help")) {
                terminal.line(Help.overview());
                return ExitCodes.OK;
            }
            socket = global.value("socket").orElse(socket);
            rest = global.has("version") ? List.of("version") : global.operands();
            if (global.has("dry-run") && !rest.isEmpty()) {
                rest = dry(rest);
            }
        }
        if (rest.isEmpty()) {
            terminal.line(Help.overview());
            return ExitCodes.USAGE;
        }
        return runCommand(Commands.require(rest.getFirst()), rest.subList(1, rest.size()), socket, terminal);
    }

    /** @source tools/xl/xl.c: main (dryrun_only) */
    private static List<String> dry(List<String> command) {
        if (!Commands.require(command.getFirst()).equals("create")) {
            throw CliException.usage("-N goes with create only: '" + command.getFirst() + "' has no dry run");
        }
        List<String> planned = new ArrayList<>(command);
        planned.add(1, "--plan");
        return planned;
    }

    private static Options global(List<String> args) {
        CommandLine jxl = Options.commandLine("jxl", Help.GLOBAL, "COMMAND [ARGUMENTS]");
        try {
            return Options.of(jxl.setStopAtPositional(true), args);
        } catch (CliException e) {
            throw CliException.usage(e.getMessage() + ": 'jxl --help' tells what there is");
        }
    }

    private static int runCommand(String name, List<String> args, String socket, Terminal terminal) throws IOException {
        Command command = Commands.create(name);
        CommandLine commandLine = Help.commandLine(name, command);
        try {
            Options options = Options.of(commandLine, args);
            if (options.has("help")) {
                terminal.line(Help.of(name, command));
                return ExitCodes.OK;
            }
            // Not closed: mostly the process ends now, and closing a channel first loads what the JDK knows of
            // networks.
            Daemon daemon = new Daemon(Path.of(options.value("socket").orElse(socket)));
            Command.Call call = new Command.Call(name, options, daemon, terminal);
            terminal.caller().begin(command, call);
            return command.run(call);
        } catch (CliException e) {
            if (e.exitCode() == ExitCodes.USAGE
                    && !String.valueOf(e.getMessage()).contains(": ")) {
                throw CliException.usage(name + ": " + e.getMessage() + ": " + Help.usage(name, command));
            }
            throw e;
        }
    }
}
