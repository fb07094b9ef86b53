package dev.jxl.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code jxl doctor}: what jxld finds, and what can be seen without it. */
final class DoctorCommand implements Command {
    private static final int PATIENCE_SECONDS = 300;

    private final Path root;

    DoctorCommand() {
        this(Path.of("/"));
    }

    /** On a test's folder instead of the host's. */
    DoctorCommand(Path root) {
        this.root = root;
    }

    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option(
                        ' ',
                        "fix",
                        "",
                        "mend what can be mended without touching what anybody may need; then look again"),
                OUTPUT);
    }

    @Override
    public String description() {
        return """
            Looks for what domains have left behind, for what jxld's records, Xen and xenstore do not agree upon, and for what
            keeps jxld from working. It works without jxld too, and sees less then. Exit code 19: something is wrong.
            """;
    }

    @Override
    public boolean ownProcess(Call call) {
        return true;
    }

    @Override
    public int run(Call call) {
        call.operands(0, 0);
        boolean json = call.json();
        DoctorReport report = examine(call.daemon(), call.options().has("fix"));
        if (json) {
            call.terminal().line(report.json());
        } else {
            report.print(call.terminal());
        }
        return report.healthy() ? ExitCodes.OK : ExitCodes.FINDINGS;
    }

    private DoctorReport examine(Daemon daemon, boolean fix) {
        HostChecks own = new HostChecks(root, daemon.socket());
        JsonObject host;
        try {
            host = daemon.object("GET", "/v1/host");
        } catch (CliException e) {
            boolean denied = e.exitCode() == ExitCodes.of("forbidden");
            if (!denied && e.exitCode() != ExitCodes.DAEMON_UNREACHABLE) {
                return new DoctorReport(List.of(unhealthy(e)), List.of(), false);
            }
            return new DoctorReport(own.alone(denied), List.of(), false);
        }
        List<HostFinding> found = new ArrayList<>(host.flag("simulated") ? List.of() : own.beside());
        try {
            List<HostFinding> tried = fix ? fix(daemon) : List.of();
            daemon.object("GET", "/v1/host/doctor").objects("findings").forEach(one -> found.add(HostFinding.of(one)));
            return new DoctorReport(List.copyOf(found), tried, true);
        } catch (CliException e) {
            if (e.exitCode() != ExitCodes.of("not-found")) {
                throw e;
            }
            found.add(HostFinding.of(
                    "jxld-outdated",
                    "error",
                    "jxld",
                    "the jxld that runs is older than this jxl, and cannot look for anything",
                    "'systemctl restart jxld'; guests run on meanwhile"));
            return new DoctorReport(List.copyOf(found), List.of(), false);
        }
    }

    private static HostFinding unhealthy(CliException e) {
        return HostFinding.of(
                "jxld-unhealthy",
                "error",
                "jxld",
                "jxld answers, and cannot do its work: " + e.getMessage(),
                "'journalctl -u jxld' has more");
    }

    /** Mends, and gives what was tried. */
    private static List<HostFinding> fix(Daemon daemon) {
        JsonObject operation =
                JsonReader.object(daemon.text("POST", "/v1/host/doctor/actions/fix?wait=" + PATIENCE_SECONDS));
        if (operation.text("status").equals("running")) {
            throw new CliException(
                    ExitCodes.of("operation-timed-out"),
                    "doctor: the fix still goes on (" + operation.text("step") + "): 'jxl operations' shows it");
        }
        JsonObject repair = daemon.object("GET", "/v1/host/doctor").object("lastRepair");
        if (!repair.text("operation").equals(operation.text("id"))) {
            return List.of();
        }
        return repair.objects("findings").stream().map(HostFinding::of).toList();
    }
}
