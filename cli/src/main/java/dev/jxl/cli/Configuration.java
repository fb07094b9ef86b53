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
    /** By a command's arguments: FILE, or option -f, and KEY=VALUE. */
    static Configuration of(Command.Call call, List<String> operands) throws IOException {
        String file = call.options().value("defconfig").orElse("");
        int first = 0;
        if (file.isEmpty() && !operands.isEmpty()) {
            file = operands.getFirst();
            first = 1;
        }
        if (file.isEmpty()) {
            throw CliException.usage("FILE is missing");
        }
        String type = file.endsWith(".json") ? "application/json" : "text/x-xl-cfg";
        // Relative paths in the file begin where the user is, as for xl; jxld is somewhere else.
        StringBuilder query = new StringBuilder("?source=")
                .append(Daemon.encoded(file))
                .append("&folder=")
                .append(folder());
        for (String override : operands.subList(first, operands.size())) {
            if (override.indexOf('=') < 1) {
                throw CliException.usage("'" + override + "' is not KEY=VALUE");
            }
            query.append("&override=").append(Daemon.encoded(override));
        }
        return new Configuration(file, read(call.name(), file), "Content-Type: " + type + "\r\n", query.toString());
    }

    static String read(String command, String file) throws IOException {
        try {
            return file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCodes.USAGE, command + ": there is no file " + file);
        } catch (CharacterCodingException e) {
            throw new CliException(ExitCodes.USAGE, command + ": " + file + " is not a text in UTF-8");
        } catch (IOException e) {
            throw new CliException(ExitCodes.USAGE, command + ": " + file + " cannot be read: " + e.getMessage());
        }
    }

    /** The folder that the user is in, for a query: jxld is somewhere else. */
    static String folder() {
        return Daemon.encoded(Path.of("").toAbsolutePath().toString());
    }
}
