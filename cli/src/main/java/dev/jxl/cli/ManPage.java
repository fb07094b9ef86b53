package dev.jxl.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The manual page, made when the package is built: what the table of commands says, in a frame that is written by hand. */
final class ManPage {
    private static final String COMMANDS = ".\\\" @COMMANDS@";
    private static final String EXIT_CODES = ".\\\" @EXIT_CODES@";

    private ManPage() {}

    /**
     * Prints it.
     *
     * @param args the frame's file
     */
    public static void main(String[] args) throws IOException {
        String frame = Files.readString(Path.of(args[0]));
        new PrintStream(System.out, true, StandardCharsets.UTF_8).print(of(frame));
    }

    /** The frame with the commands and the exit codes at the places that it marks. */
    static String of(String frame) {
        return frame.replace(COMMANDS + "\n", commands()).replace(EXIT_CODES + "\n", exitCodes());
    }

    private static String commands() {
        StringBuilder page = new StringBuilder();
        for (String[] group : Commands.GROUPS) {
            page.append(".SS ").append(text(group[0])).append('\n');
            for (int i = 1; i < group.length; i += 2) {
                command(page, group[i], group[i + 1]);
            }
        }
        return page.toString();
    }

    private static void command(StringBuilder page, String name, String summary) {
        Command command = Commands.create(name);
        page.append(".TP\n.B ").append(text("jxl " + name)).append('\n');
        String usage = command.options().stream()
                .map(option -> "[" + first(option) + (option.value().isEmpty() ? "" : " " + option.value()) + "]")
                .collect(Collectors.joining(" "));
        String whole = (usage + " " + command.operands()).strip();
        if (!whole.isEmpty()) {
            page.append(text(whole)).append("\n.br\n");
        }
        page.append(text(summary)).append(".\n");
        command.description()
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> page.append(".br\n").append(text(line.strip())).append('\n'));
        for (Options.Option option : command.options()) {
            page.append(".br\n")
                    .append(text(names(option) + ": " + option.description()))
                    .append('\n');
        }
    }

    private static String first(Options.Option option) {
        return option.letter() == ' ' ? "--" + option.name() : "-" + option.letter();
    }

    private static String names(Options.Option option) {
        String letter = option.letter() == ' ' ? "" : "-" + option.letter();
        String word = option.name().isEmpty() ? "" : "--" + option.name();
        return List.of(letter, word).stream().filter(n -> !n.isEmpty()).collect(Collectors.joining(", "))
                + (option.value().isEmpty() ? "" : " " + option.value());
    }

    private static String exitCodes() {
        StringBuilder page = new StringBuilder(".TP\n.B 0\ndone\n");
        for (String[] row : ExitCodes.TABLE) {
            page.append(".TP\n.B ")
                    .append(row[0])
                    .append('\n')
                    .append(text(row[2]))
                    .append('\n');
        }
        return page.toString();
    }

    /** Text that roff takes as it is, also at the start of a line. */
    private static String text(String plain) {
        String safe = plain.replace("\\", "\\e").replace("-", "\\-");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
