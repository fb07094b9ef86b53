package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What jxl tells about itself. */
final class Help {
    private static final int COLUMN = 28;
    private static final int WIDTH = 120;
    private static final Options.Option HELP = new Options.Option('h', "help", "", "tell how it is used");
    private static final Options.Option SOCKET = new Options.Option(
            ' ', "socket", "PATH", "where jxld listens (JXL_SOCKET; " + Invocation.DEFAULT_SOCKET + ")");

    /** The options before a command. */
    static final List<Options.Option> GLOBAL = List.of(
            SOCKET,
            HELP,
            new Options.Option('V', "version", "", "versions"),
            new Options.Option('N', "dry-run", "", "as xl's: create only tells what it would do"),
            new Options.Option('v', "verbose", "", "accepted for xl's sake: jxld's log tells more"),
            new Options.Option('f', "force", "", "accepted for xl's sake"),
            new Options.Option('t', "", "", "accepted for xl's sake"),
            new Options.Option('T', "", "", "accepted for xl's sake"));

    /** All of picocli's but the list of operands: the description tells about them. */
    private static final List<String> SECTIONS = List.of(
            UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING,
            UsageMessageSpec.SECTION_KEY_SYNOPSIS,
            UsageMessageSpec.SECTION_KEY_DESCRIPTION_HEADING,
            UsageMessageSpec.SECTION_KEY_DESCRIPTION,
            UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_OPTION_LIST);

    private Help() {}

    static String overview() {
        StringBuilder out = new StringBuilder("""
                Usage: jxl [--socket=PATH] COMMAND [ARGUMENTS]

                The command line of jxld, the toolstack of this Xen host. Commands may be shortened: 'jxl cr' is 'jxl create'.
                """);
        for (String[] group : Commands.GROUPS) {
            out.append('\n').append(group[0]).append(":\n");
            for (int i = 1; i < group.length; i += 2) {
                row(out, group[i], group[i + 1]);
            }
        }
        out.append("\nOptions:\n");
        row(out, "    --socket=PATH", "where jxld listens (or JXL_SOCKET; /run/jxld/jxld.sock)");
        row(out, "-h, --help", "this; 'jxl COMMAND --help' for one command");
        row(out, "-V, --version", "versions");
        row(out, "-N, --dry-run", "create only tells what it would do; -v, -f, -t, -T of xl are accepted");
        return out.append("\n'jxl help exit-codes' tells what the exit codes mean.")
                .toString();
    }

    /** A command as picocli reads and explains it: with its own options and everybody's. */
    static CommandLine commandLine(String name, Command command) {
        List<Options.Option> known = new ArrayList<>(command.options());
        known.add(HELP);
        known.add(SOCKET);
        return Options.commandLine("jxl " + name, known, command.operands());
    }

    /** How a command is called, on one line. */
    static String usage(String name, Command command) {
        CommandLine.Help help = new CommandLine.Help(
                commandLine(name, command).getCommandSpec(), CommandLine.Help.defaultColorScheme(Ansi.OFF));
        return "usage: " + help.abbreviatedSynopsis().strip();
    }

    /** A command's whole help. */
    static String of(String name, Command command) {
        CommandLine commandLine = commandLine(name, command);
        String known = Commands.summary(name);
        String summary = known.isEmpty() ? "not in jxl" : known;
        String description = command.description();
        commandLine
                .getCommandSpec()
                .usageMessage()
                .sectionKeys(SECTIONS)
                .abbreviateSynopsis(true)
                .width(WIDTH)
                .description(Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + "."
                        + (description.isEmpty() ? "" : "%n%n" + description.stripTrailing()))
                .descriptionHeading("%n")
                .optionListHeading("%nOptions:%n");
        return commandLine.getUsageMessage(Ansi.OFF).stripTrailing();
    }

    static String exitCodes() {
        StringBuilder out = new StringBuilder("Exit codes:\n");
        row(out, "0", "done");
        for (String[] row : ExitCodes.TABLE) {
            row(out, row[0], row[2]);
        }
        return out.toString().stripTrailing();
    }

    private static void row(StringBuilder out, String left, String right) {
        out.append("  ")
                .append(left)
                .repeat(' ', Math.max(2, COLUMN - left.length()))
                .append(right)
                .append('\n');
    }
}
