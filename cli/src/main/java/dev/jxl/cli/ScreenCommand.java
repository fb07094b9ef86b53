package dev.jxl.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code jxl vncviewer [-a] DOMAIN}: a VNC viewer of this machine shows the domain's screen; where there is none, it is told where
 * the screen is.
 *
 * @source tools/libs/light/libxl_console.c: libxl_vncviewer_exec
 */
final class ScreenCommand implements Command {
    private static final int FIRST_PORT = 5900;

    @Override
    public String operands() {
        return "DOMAIN";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('a', "autopass", "", "give the viewer the password (its option -autopass)"),
                new Options.Option(' ', "vncviewer-autopass", "", "the same, as xl has it"));
    }

    @Override
    public String description() {
        return "The viewer is $VNCVIEWER, or vncviewer. Without one, the screen's address is printed.\n";
    }

    @Override
    public boolean ownProcess(Call call) {
        return true;
    }

    @Override
    public int run(Call call) throws IOException {
        String domain = call.operands(1, 1).getFirst();
        boolean autopass = call.options().has("autopass") || call.options().has("vncviewer-autopass");
        Optional<Process> viewer = show(call, domain, autopass);
        return viewer.isPresent() ? viewer.get().onExit().join().exitValue() : ExitCodes.OK;
    }

    /** Starts a viewer, or tells the address where there is none. */
    static Optional<Process> show(Call call, String domain, boolean autopass) throws IOException {
        JsonObject screen = call.daemon().object("GET", "/v1/domains/" + Daemon.encoded(domain) + "/screen");
        String address = screen.text("address");
        String host = address.contains(":") ? "[" + address + "]" : address;
        Optional<Path> program = program(call.terminal().environment());
        if (program.isEmpty()) {
            call.terminal().line(host + ":" + screen.number("port"));
            call.terminal().note("jxl: there is no vncviewer here: point a VNC viewer at that address");
            return Optional.empty();
        }
        List<String> command =
                new ArrayList<>(List.of(program.get().toString(), host + ":" + (screen.number("port") - FIRST_PORT)));
        boolean pass = autopass && screen.has("password");
        if (pass) {
            command.add("-autopass");
        }
        call.terminal().flush();
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        if (pass) {
            builder.redirectInput(ProcessBuilder.Redirect.PIPE);
        }
        Process viewer = builder.start();
        if (pass) {
            try (var in = viewer.getOutputStream()) {
                in.write(screen.text("password").getBytes(StandardCharsets.UTF_8));
            }
        }
        return Optional.of(viewer);
    }

    private static Optional<Path> program(Map<String, String> environment) {
        String wanted = environment.getOrDefault("VNCVIEWER", "vncviewer");
        if (wanted.contains("/")) {
            return Optional.of(Path.of(wanted));
        }
        for (String folder : environment.getOrDefault("PATH", "/usr/bin").split(File.pathSeparator, -1)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, wanted);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}
