package dev.jxl.cli;

import java.util.List;

/** What jxl tells about itself. */
final class Help {
    private static final int COLUMN = 28;

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
        return out.append("\n'jxl help exit-codes' tells what the exit codes mean.")
                .toString();
    }

    static String usage(String name, Command command) {
        String operands = command.operands();
        return "usage: jxl " + name + (command.options().isEmpty() ? "" : " [OPTIONS]")
                + (operands.isEmpty() ? "" : " " + operands);
    }

    static String of(String name, Command command, List<Options.Option> options) {
        StringBuilder out = new StringBuilder("U" + usage(name, command).substring(1) + "\n\n");
        String summary = Commands.summary(name);
        out.append(Character.toUpperCase(summary.charAt(0)))
                .append(summary.substring(1))
                .append(".\n");
        if (!command.description().isEmpty()) {
            out.append('\n').append(command.description());
        }
        out.append("\nOptions:\n");
        for (Options.Option option : options) {
            String letter = option.letter() == ' '
                    ? "    "
                    : "-" + option.letter() + (option.name().isEmpty() ? "" : ", ");
            String named = option.name().isEmpty() ? "" : "--" + option.name();
            String value = option.value().isEmpty() ? "" : (named.isEmpty() ? " " : "=") + option.value();
            row(out, letter + named + value, option.description());
        }
        return out.toString().stripTrailing();
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
