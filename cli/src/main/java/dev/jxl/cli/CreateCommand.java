package dev.jxl.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** {@code jxl create FILE [key=value…]}: the file goes to jxld as it is. */
final class CreateCommand implements Command {
    private static final String WAIT = "wait=86400";

    @Override
    public String operands() {
        return "FILE [KEY=VALUE…]";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('p', "paused", "", "leave it paused"),
                new Options.Option('c', "console", "", "attach to its console"),
                new Options.Option(' ', "plan", "", "only show what would be done"),
                new Options.Option('q', "quiet", "", "print nothing but errors"),
                new Options.Option('f', "defconfig", "FILE", "the configuration, as for xl"),
                OUTPUT);
    }

    @Override
    public String description() {
        return """
                FILE is an xl.cfg, or JSON when its name ends with .json; '-' is standard input. KEY=VALUE is appended to an
                xl.cfg as a line of its own. Interrupted (Ctrl-C), it cancels, and waits until what was made is removed.
                """;
    }

    @Override
    public int run(Call call) throws IOException {
        List<String> operands = call.options().operands();
        String file = call.options().value("defconfig").orElse("");
        int first = 0;
        if (file.isEmpty() && !operands.isEmpty()) {
            file = operands.getFirst();
            first = 1;
        }
        if (file.isEmpty()) {
            throw CliException.usage("FILE is missing");
        }
        boolean json = call.json();
        String body = read(file);
        String query = query(call, file, operands.subList(first, operands.size()));
        String type = file.endsWith(".json") ? "application/json" : "text/x-xl-cfg";
        CreateSession session = new CreateSession(call, "Content-Type: " + type + "\r\n", query, body, file);
        if (call.options().has("plan")) {
            session.plan(json);
            return ExitCodes.OK;
        }
        JsonObject operation = session.create(WAIT);
        if (json) {
            call.terminal().line(session.lastBody());
        } else if (!call.options().has("quiet")) {
            call.terminal()
                    .line("created domain '" + operation.text("domainName") + "' with domid "
                            + operation.text("domid"));
        }
        return call.options().has("console")
                ? ConsoleCommand.attach(call.terminal(), operation.text("domid"), List.of())
                : ExitCodes.OK;
    }

    private static String query(Call call, String file, List<String> overrides) {
        StringBuilder query = new StringBuilder("?source=").append(Daemon.encoded(file));
        for (String override : overrides) {
            if (override.indexOf('=') < 1) {
                throw CliException.usage("'" + override + "' is not KEY=VALUE");
            }
            query.append("&override=").append(Daemon.encoded(override));
        }
        if (call.options().has("paused")) {
            query.append("&paused");
        }
        return query.toString();
    }

    private static String read(String file) throws IOException {
        try {
            return file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCodes.USAGE, "create: there is no file " + file);
        } catch (CharacterCodingException e) {
            throw new CliException(ExitCodes.USAGE, "create: " + file + " is not a text in UTF-8");
        } catch (IOException e) {
            throw new CliException(ExitCodes.USAGE, "create: " + file + " cannot be read: " + e.getMessage());
        }
    }
}
