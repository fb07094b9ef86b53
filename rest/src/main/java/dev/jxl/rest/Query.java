package dev.jxl.rest;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A request's query parameters, each known by name and read by type. */
final class Query {
    private static final int MAX_WAIT_SECONDS = 24 * 3600;
    private final Map<String, List<String>> values;

    /**
     * Takes them.
     *
     * @throws ApiException when one is not among those that the route knows
     */
    Query(Map<String, List<String>> values, Set<String> known) {
        this.values = values;
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw ApiException.badRequest("unknown query parameter '" + name + "': "
                        + (known.isEmpty()
                                ? "this route has none"
                                : "this route knows "
                                        + String.join(
                                                ", ", known.stream().sorted().toList())));
            }
        }
    }

    /** The text; the last one wins as in a shell. */
    Optional<String> text(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** The text of a parameter that must be there, and not be empty. */
    String required(String name) {
        return text(name)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> ApiException.badRequest("query parameter '" + name + "' is missing"));
    }

    /** A path, which must be there; it may be relative. */
    Path path(String name) {
        try {
            return Path.of(required(name));
        } catch (InvalidPathException e) {
            throw ApiException.badRequest("query parameter '" + name + "' is not a path: " + e.getReason());
        }
    }

    /** The same; a relative one begins in the user's folder, where the request names that. */
    Path pathFromFolder(String name) {
        Path path = path(name);
        return folder().map(folder -> folder.resolve(path)).orElse(path);
    }

    /** The user's folder, a whole path; where relative paths of a configuration begin. */
    Optional<Path> folder() {
        return text("folder").map(text -> {
            try {
                Path folder = Path.of(text);
                if (folder.isAbsolute()) {
                    return folder;
                }
            } catch (InvalidPathException notAPath) {
                // Told below, together with a path that is not whole.
            }
            throw ApiException.badRequest("query parameter 'folder' is a whole path that starts with '/'");
        });
    }

    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** True for {@code ?name}, {@code ?name=true}, {@code =1}. */
    boolean flag(String name) {
        return text(name)
                .map(value -> switch (value) {
                    case "", "1", "true", "yes" -> true;
                    case "0", "false", "no" -> false;
                    default ->
                        throw ApiException.badRequest(
                                "query parameter '" + name + "' is true or false, not '" + value + "'");
                })
                .orElse(false);
    }

    /** Seconds to wait, 0 to a day. */
    Optional<Duration> wait(String name) {
        return number(name, MAX_WAIT_SECONDS).map(Duration::ofSeconds);
    }

    /** A number from 0 to {@code most}. */
    Optional<Integer> number(String name, int most) {
        return text(name).map(value -> {
            try {
                int number = Integer.parseInt(value);
                if (number >= 0 && number <= most) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // Told below, together with a number that is out of range.
            }
            throw ApiException.badRequest(
                    "query parameter '" + name + "' is a number from 0 to " + most + ", not '" + value + "'");
        });
    }
}
