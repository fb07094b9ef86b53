package dev.jxl.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A configuration as it goes to jxld: the file as it is.
 *
 * @param file its name, as the user wrote it
 * @param body its text
 * @param headers what it is, each line with its end
 * @param query its name and what is appended to it
 */
record Configuration(String file, String body, String headers, String query) {
    private static final int LONGEST = 1 << 20;

    /** By a command's arguments: FILE, or option -f, and KEY=VALUE. */
    static Configuration of(Command.Call call, List<String> operands) throws IOException {
        String file = file(call, operands);
        int first = call.options().value("defconfig").orElse("").isEmpty() && !operands.isEmpty() ? 1 : 0;
        if (file.isEmpty()) {
            throw CliException.usage("FILE is missing");
        }
        String type = file.endsWith(".json") ? "application/json" : "text/x-xl-cfg";
        // Relative paths in the file begin where the user is, as for xl; jxld is somewhere else.
        StringBuilder query = new StringBuilder("?source=")
                .append(Daemon.encoded(file))
                .append("&folder=")
                .append(folder(call));
        for (String override : operands.subList(first, operands.size())) {
            if (override.indexOf('=') < 1) {
                throw CliException.usage("'" + override + "' is not KEY=VALUE");
            }
            query.append("&override=").append(Daemon.encoded(override));
        }
        return new Configuration(file, read(call, file), "Content-Type: " + type + "\r\n", query.toString());
    }

    /** Its name, as the user wrote it; empty where there is none. */
    static String file(Command.Call call, List<String> operands) {
        String file = call.options().value("defconfig").orElse("");
        return file.isEmpty() && !operands.isEmpty() ? operands.getFirst() : file;
    }

    /**
     * Whether it must be read by a process of the caller's own: standard input, a pipe that only the caller has, a device; and what
     * is so long that it is no configuration.
     */
    static boolean ownProcess(Command.Call call, List<String> operands) {
        String file = file(call, operands);
        if (file.isEmpty()) {
            return false;
        }
        Path path = call.terminal().path(file);
        Path named = path.normalize();
        if (file.equals("-") || named.startsWith("/dev") || named.startsWith("/proc")) {
            return true;
        }
        try {
            return Files.isRegularFile(path) ? Files.size(path) > LONGEST : !Files.notExists(path);
        } catch (IOException e) {
            return true;
        }
    }

    static String read(Command.Call call, String file) throws IOException {
        String command = call.name();
        try {
            return file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(call.terminal().path(file));
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCodes.USAGE, command + ": there is no file " + file);
        } catch (CharacterCodingException e) {
            throw new CliException(ExitCodes.USAGE, command + ": " + file + " is not a text in UTF-8");
        } catch (IOException e) {
            throw new CliException(ExitCodes.USAGE, command + ": " + file + " cannot be read: " + e.getMessage());
        }
    }

    /** The folder that the user is in, for a query: jxld is somewhere else. */
    static String folder(Command.Call call) {
        return Daemon.encoded(call.terminal().caller().folder().toString());
    }
}
