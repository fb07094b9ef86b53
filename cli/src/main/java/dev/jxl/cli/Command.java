package dev.jxl.cli;

import java.io.IOException;
import java.util.List;

/** One sub-command. */
interface Command {
    /** What follows its name in a usage line, without the options. */
    String operands();

    /** Its own options; {@code --help} is everybody's. */
    List<Options.Option> options();

    /** More for its help; may be empty. */
    default String description() {
        return "";
    }

    /**
     * Whether it needs a process that its caller started for it: it reads standard input, or a file that is no plain one, starts
     * programs on the caller's terminal, looks at what surrounds the caller, or takes much memory.
     */
    default boolean ownProcess(Call call) {
        return false;
    }

    /** Does it; gives the exit code. */
    int run(Call call) throws IOException;

    /**
     * What a command is called with.
     *
     * @param name the command's whole name
     * @param options its arguments
     * @param daemon jxld, not connected yet
     * @param terminal where it was called
     */
    record Call(String name, Options options, Daemon daemon, Terminal terminal) {
        /** Whether {@code -o json} was given. */
        boolean json() {
            String format = options.value("output").orElse("text");
            return switch (format) {
                case "json" -> true;
                case "text" -> false;
                default -> throw CliException.usage("option -o is text or json, not '" + format + "'");
            };
        }

        /** The operands, when there are as many as that. */
        List<String> operands(int least, int most) {
            int given = options.operands().size();
            if (given < least) {
                throw CliException.usage("something is missing");
            }
            if (given > most) {
                throw CliException.usage("'" + options.operands().get(most) + "' is too much");
            }
            return options.operands();
        }
    }

    /** {@code -o json}. */
    Options.Option OUTPUT = new Options.Option('o', "output", "FORMAT", "text (the default) or json");
}
