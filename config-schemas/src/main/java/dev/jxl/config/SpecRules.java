package dev.jxl.config;

import java.nio.file.Path;
import java.util.Optional;

/** What holds for parts of a domain, whatever form it was written in. Each answer is half a sentence, or empty. */
public final class SpecRules {
    /** Linux allows 15 characters in the name of an interface. */
    private static final int LONGEST_INTERFACE_NAME = 15;

    private static final int LONGEST_NAME = 255;

    private SpecRules() {}

    /** What is wrong with a domain's name: it becomes a part of paths of files. */
    public static Optional<String> findNameProblem(String name) {
        if (name.isEmpty()) {
            return Optional.of("is empty");
        }
        if (name.length() > LONGEST_NAME) {
            return Optional.of("has more than " + LONGEST_NAME + " characters");
        }
        boolean impossible = name.chars().anyMatch(c -> c < ' ' || c == '/' || c == 127);
        return impossible ? Optional.of("has a '/' or a control character") : Optional.empty();
    }

    /** What is wrong with a network interface's name in dom0. */
    public static Optional<String> findInterfaceNameProblem(String name) {
        boolean possible = !name.isEmpty()
                && name.length() <= LONGEST_INTERFACE_NAME
                && name.chars().noneMatch(c -> c <= ' ' || c == '/' || c == 127)
                && !name.equals(".")
                && !name.equals("..");
        return possible
                ? Optional.empty()
                : Optional.of("cannot be an interface's name: 1 to " + LONGEST_INTERFACE_NAME
                        + " characters, no blanks, no '/'");
    }

    /** What is wrong with the path of a file of dom0, after the paths of a user's folder were made whole. */
    public static Optional<String> findFileProblem(Path file) {
        return file.isAbsolute() ? Optional.empty() : Optional.of("must be a whole path that starts with '/'");
    }
}
