package dev.jxl.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code jxl console [-t TYPE] [-n N] [-e ESCAPE] DOMAIN}: Xen's own xenconsole does the work.
 *
 * @source tools/libs/light/libxl_console.c: libxl_console_exec
 */
final class ConsoleCommand implements Command {
    @Override
    public String operands() {
        return "DOMAIN";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('t', "type", "TYPE", "pv (the default) or serial"),
                new Options.Option('n', "number", "N", "the console's number (0)"),
                new Options.Option('e', "escape", "CHARACTER", "what ends it instead of Ctrl-]"));
    }

    @Override
    public String description() {
        return "Ctrl-] ends it.\n";
    }

    @Override
    public boolean ownProcess(Call call) {
        return true;
    }

    @Override
    public int run(Call call) throws IOException {
        String domain = call.operands(1, 1).getFirst();
        String type = call.options().value("type").orElse("pv");
        if (!type.equals("pv") && !type.equals("serial")) {
            throw CliException.usage("option -t is pv or serial, not '" + type + "'");
        }
        List<String> more =
                new ArrayList<>(List.of("--num", call.options().value("number").orElse("0"), "--type", type));
        call.options().value("escape").ifPresent(character -> more.addAll(List.of("--escape", character)));
        JsonObject found = call.daemon().object("GET", "/v1/domains/" + Daemon.encoded(domain));
        return attach(call.terminal(), found.text("domid"), more);
    }

    /** Attaches the terminal to a domain's console until the user leaves it; gives xenconsole's exit code. */
    static int attach(Terminal terminal, String domid, List<String> more) throws IOException {
        terminal.flush();
        List<String> command = new ArrayList<>(List.of(program().toString(), domid));
        command.addAll(more);
        Process process = new ProcessBuilder(command).inheritIO().start();
        return process.onExit().join().exitValue();
    }

    private static Path program() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : List.of("/usr/lib", "/usr/libexec", "/usr/local/lib", "/usr/local/libexec")) {
            if (!Files.isDirectory(Path.of(folder))) {
                continue;
            }
            try (DirectoryStream<Path> xens = Files.newDirectoryStream(Path.of(folder), "xen*")) {
                for (Path xen : xens) {
                    Path program = xen.resolve("bin/xenconsole");
                    if (Files.isExecutable(program)) {
                        found.add(program);
                    }
                }
            }
        }
        return found.stream()
                .max(Path::compareTo)
                .orElseThrow(() -> new CliException(
                        ExitCodes.of("host-unsupported"),
                        "there is no xenconsole under /usr/lib/xen*/bin: install Xen's tools (Debian: xen-utils-common)"
                                + " for 'jxl console'"));
    }
}
