package dev.jxl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A command's arguments as getopt reads them: {@code -pq}, {@code -n 3}, {@code -n3}, {@code --long=x}, {@code --}. */
final class Options {
    private final List<Option> known;
    private final List<String[]> given = new ArrayList<>();
    private final List<String> operands = new ArrayList<>();

    /**
     * One option.
     *
     * @param letter its short form; a space when it has none
     * @param name its long form; empty when it has none
     * @param value what its value is called; empty when it has none
     * @param description for the help
     */
    record Option(char letter, String name, String value, String description) {
        String key() {
            return name.isEmpty() ? String.valueOf(letter) : name;
        }
    }

    private Options(List<Option> known) {
        this.known = known;
    }

    /**
     * Reads arguments.
     *
     * @throws CliException for an option that is not known, or that misses its value
     */
    static Options of(List<Option> known, List<String> args) {
        Options options = new Options(known);
        boolean onlyOperands = false;
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (onlyOperands || arg.length() < 2 || arg.charAt(0) != '-') {
                options.operands.add(arg);
            } else if (arg.equals("--")) {
                onlyOperands = true;
            } else if (arg.startsWith("--")) {
                i += options.readLong(arg, args, i);
            } else {
                i += options.readShort(arg, args, i);
            }
        }
        return options;
    }

    private int readLong(String arg, List<String> args, int i) {
        int equals = arg.indexOf('=');
        String name = arg.substring(2, equals < 0 ? arg.length() : equals);
        for (Option option : known) {
            if (!option.name.equals(name)) {
                continue;
            }
            if (option.value.isEmpty()) {
                if (equals >= 0) {
                    throw CliException.usage("option --" + name + " has no value");
                }
                return add(option, "");
            }
            if (equals >= 0) {
                return add(option, arg.substring(equals + 1));
            }
            add(option, valueAfter("--" + name, option, args, i));
            return 1;
        }
        throw CliException.usage("unknown option --" + name);
    }

    private int readShort(String arg, List<String> args, int i) {
        for (int at = 1; at < arg.length(); at++) {
            Option option = requireLetter(arg.charAt(at));
            if (option.value.isEmpty()) {
                add(option, "");
            } else if (at + 1 < arg.length()) {
                return add(option, arg.substring(at + 1));
            } else {
                add(option, valueAfter("-" + option.letter, option, args, i));
                return 1;
            }
        }
        return 0;
    }

    private Option requireLetter(char letter) {
        for (Option option : known) {
            if (option.letter == letter && letter != ' ') {
                return option;
            }
        }
        throw CliException.usage("unknown option -" + letter);
    }

    private static String valueAfter(String name, Option option, List<String> args, int i) {
        if (i + 1 >= args.size()) {
            throw CliException.usage("option " + name + " needs " + option.value);
        }
        return args.get(i + 1);
    }

    private int add(Option option, String value) {
        given.add(new String[] {option.key(), value});
        return 0;
    }

    /** Whether the option with that long name (or letter, when it has none) was given. */
    boolean has(String key) {
        return value(key).isPresent();
    }

    /** How often it was given. */
    int count(String key) {
        int count = 0;
        for (String[] pair : given) {
            count += pair[0].equals(key) ? 1 : 0;
        }
        return count;
    }

    /** The value that was given last. */
    Optional<String> value(String key) {
        for (int i = given.size() - 1; i >= 0; i--) {
            if (given.get(i)[0].equals(key)) {
                return Optional.of(given.get(i)[1]);
            }
        }
        return Optional.empty();
    }

    List<String> operands() {
        return operands;
    }
}
