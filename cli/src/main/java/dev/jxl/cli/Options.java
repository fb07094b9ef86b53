package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Arguments as picocli reads them, with getopt's habits: {@code -pq}, {@code -n 3}, {@code -n3}, {@code --long=x},
 * {@code --}, the last of several wins, and what follows an option is its value even when it looks like an option.
 */
final class Options {
    private final ParseResult read;

    /**
     * One option.
     *
     * @param letter its short form; a space when it has none
     * @param name its long form; empty when it has none
     * @param value what its value is called; empty when it has none
     * @param description for the help
     */
    record Option(char letter, String name, String value, String description) {
        private OptionSpec spec() {
            List<String> names = new ArrayList<>(2);
            if (letter != ' ') {
                names.add("-" + letter);
            }
            if (!name.isEmpty()) {
                names.add("--" + name);
            }
            OptionSpec.Builder spec =
                    OptionSpec.builder(names.toArray(String[]::new)).description(description);
            return value.isEmpty()
                    ? spec.type(boolean.class).arity("0").build()
                    : spec.type(String.class).arity("1").paramLabel(value).build();
        }
    }

    private Options(ParseResult read) {
        this.read = read;
    }

    /**
     * What picocli needs to know: the model is built by hand, because annotations would be read by reflection at each start.
     *
     * @param name the command's, as its usage tells it
     * @param known its options
     * @param operands what follows them in its usage; may be empty
     */
    static CommandLine commandLine(String name, List<Option> known, String operands) {
        CommandSpec spec = CommandSpec.create().name(name);
        for (Option option : known) {
            spec.addOption(option.spec());
        }
        // How many operands there may be is the command's to say: its sentence is clearer than a count.
        spec.addPositional(PositionalParamSpec.builder()
                .index("0..*")
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(operands)
                .hidden(operands.isEmpty())
                .hideParamSyntax(true)
                .build());
        spec.parser().allowOptionsAsOptionParameters(true);
        return new CommandLine(spec)
                .setInterpolateVariables(false)
                .setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(true);
    }

    /**
     * Reads arguments.
     *
     * @throws CliException for an option that is not known, that misses its value, or that takes none
     */
    static Options of(CommandLine commandLine, List<String> args) {
        try {
            return new Options(commandLine.parseArgs(args.toArray(String[]::new)));
        } catch (UnmatchedArgumentException e) {
            String unknown = e.getUnmatched().getFirst();
            int end = unknown.startsWith("--") ? unknown.indexOf('=') : 2;
            throw CliException.usage("unknown option " + (end < 0 ? unknown : unknown.substring(0, end)));
        } catch (MissingParameterException e) {
            if (e.getMissing().getFirst() instanceof OptionSpec option) {
                throw CliException.usage("option " + option.longestName() + " needs " + option.paramLabel());
            }
            throw CliException.usage(String.valueOf(e.getMessage()));
        } catch (ParameterException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the option with that long name (or letter, when it has none) was given. */
    boolean has(String key) {
        return read.hasMatchedOption(key);
    }

    /** The value that was given last. */
    Optional<String> value(String key) {
        return Optional.ofNullable(read.<String>matchedOptionValue(key, null));
    }

    /** All values that were given, in their order. */
    List<String> values(String key) {
        OptionSpec option = read.matchedOption(key);
        return option == null ? List.of() : option.stringValues();
    }

    List<String> operands() {
        return read.matchedPositionalValue(0, List.of());
    }
}
